import type { Config, ExperimentConfig } from '@understudy/config';
import { createLogger, type Logger, type Metrics } from '@understudy/telemetry';
import { arrivalOf } from './recording/arrival.ts';
import { captureOf } from './recording/capture.ts';
import { shadowHeader } from './recording/headers.ts';
import { BodyKeeper } from './recording/kept-body.ts';
import { prepareOutlet } from './recording/outlet.ts';
import { type LossReport, Publisher } from './recording/publisher.ts';
import { createRecordingMetrics, uncounted } from './recording/recording-metrics.ts';
import {
  incomingHeaders,
  keptBody,
  type ServedExchange,
  type ServedRequest,
  type ServedResult,
} from './served.ts';
import { Serving, unrecorded } from './serving.ts';

export interface ProducerOptions {
  /** The one that the other services have: where to write, what to redact, how much to keep. */
  readonly config: Pick<Config, 'kafka' | 'registry' | 'gateway' | 'experiments'>;
  /** The name of one of its experiments. */
  readonly experiment: string;
  /** Default: warnings and errors, as JSON lines on standard error. */
  readonly logger?: Logger;
  /** Where exchanges published and lost are counted, by one producer of a process; default: in `report()` only. */
  readonly metrics?: Metrics;
}

/** Records the exchanges of one experiment. Whatever it is told, nothing throws, and nothing but `close` waits. */
export interface Producer {
  readonly experiment: ExperimentConfig;
  /** To be called when the request has come in: shadows are called at about the same time. */
  begin(request: ServedRequest): ServedExchange;
  /** Both at once, when it is over. */
  record(exchange: {
    readonly request: ServedRequest;
    readonly response: ServedResult & { readonly latencyMs: number };
  }): void;
  /** Keeps the first bytes of a request's body that comes in chunks; `begin` takes its `body()`. */
  keeper(): BodyKeeper;
  /** Where exchanges went: published, lost for one reason, or pending. */
  report(): LossReport;
  /** Why nothing can be published since the start; null when it can. */
  obstacle(): { readonly reason: string; readonly message: string } | null;
  /** Waits at most `graceMs` (default 5,000) for what is pending; the rest is lost, and counted. Later calls do nothing. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const defaultGraceMs = 5_000;
/** The comparator waits for a response so much longer than production's timeout; later, it would not count. */
const deliveryMs = 60_000;

/** Begins to look for Kafka and the registry, and returns at once. @throws Error if the config has no such experiment */
export function createProducer(options: ProducerOptions): Producer {
  const { config } = options;
  const experiment = experimentOf(options);
  const logger = options.logger ?? createLogger({ service: 'understudy-client', level: 'warn' });
  const { metrics } = options;
  const opening = prepareOutlet({ config, clientId: 'understudy-client', logger });
  const publisher = new Publisher({
    opening,
    limits: config.gateway.queue,
    metrics: metrics === undefined ? uncounted : createRecordingMetrics(metrics, 'client'),
    logger,
  });
  const capture = captureOf(experiment);
  const { captureBytes } = config.gateway;
  const limitMs = experiment.production.timeoutMs + deliveryMs;
  opening.start();
  let closing: Promise<void> | null = null;

  function begin(request: ServedRequest): ServedExchange {
    try {
      const { method, path, body } = request;
      const headers = incomingHeaders(request.headers);
      // A shadow may be the same service. Its copies are not users' requests, and would make further copies.
      if (headers[shadowHeader] !== undefined) return unrecorded;
      const arrival = arrivalOf({
        method,
        path,
        headers,
        body: keptBody(body, captureBytes),
        sessionHeader: experiment.session?.header,
      });
      const exchange = publisher.begin(capture, arrival);
      if (exchange === null) return unrecorded;
      return new Serving({ exchange, exchangeId: arrival.exchangeId, captureBytes, limitMs });
    } catch (error) {
      publisher.refuse(error);
      return unrecorded;
    }
  }
  return {
    experiment,
    begin,
    keeper: () => new BodyKeeper(captureBytes, () => true), // Before `begin` it is the service's own memory.
    record: ({ request, response }) => begin(request).end(response),
    report: () => publisher.report(),
    obstacle: () => publisher.obstacle(),
    close: ({ graceMs = defaultGraceMs } = {}) => (closing ??= publisher.close({ graceMs })),
  };
}

function experimentOf({ config, experiment: name }: ProducerOptions): ExperimentConfig {
  const experiment = config.experiments.find((candidate) => candidate.name === name);
  if (experiment !== undefined) return experiment;
  const names = config.experiments.map((candidate) => candidate.name).join(', ');
  throw new Error(`there is no experiment "${name}" in the config, but ${names}`);
}
