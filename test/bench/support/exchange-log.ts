import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { type LocalCluster, type ProcessGroup } from '@understudy/infra-local';
import { openStreams, PartitionSender, readLog, setUpLanes, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { registryAddress } from '../../support/cluster.ts';
import { letTimePass, waitFor } from '../../support/wait-for.ts';

export interface ExchangeLogOptions {
  readonly cluster: LocalCluster;
  readonly processes: ProcessGroup;
  /** Topics of its own begin with it: `a.`. */
  readonly prefix: string;
  readonly requests: number;
  /** Of each request and each answer, about. */
  readonly bodyBytes: number;
  readonly windowMs: number;
}

const partitions = 4;
const waitMs = 600_000;
const maxQueuedRecords = 4_000;

/**
 * The log of one experiment with one shadow, written by the bench itself: nothing of it waits for a service, so that a
 * comparator finds it ready.
 */
export class ExchangeLog {
  readonly configFile: string;
  readonly #config: Config;
  readonly #streams: Streams;
  readonly #options: ExchangeLogOptions;
  readonly #topics: Readonly<Record<'requests' | 'production' | 'shadow' | 'divergence', string>>;
  readonly #sender: PartitionSender;
  readonly #body: Buffer;

  static async open(options: ExchangeLogOptions): Promise<ExchangeLog> {
    const configFile = writeConfig(options);
    const config = loadConfig({ file: configFile, env: process.env });
    const logger = createLogger({ service: 'bench', level: 'error' });
    const metrics = createMetrics({ service: 'bench' });
    const streams = await openStreams({ config, service: 'bench', logger, metrics });
    await setUpLanes({ config, ...streams });
    return new ExchangeLog(options, configFile, { config, streams });
  }

  private constructor(
    options: ExchangeLogOptions,
    configFile: string,
    { config, streams }: { readonly config: Config; readonly streams: Streams },
  ) {
    const names = topicNames(options.prefix);
    this.#options = options;
    this.configFile = configFile;
    this.#config = config;
    this.#streams = streams;
    this.#topics = {
      requests: names.shared('requests'),
      production: names.shared('production-responses'),
      shadow: names.shadowResponses({ experiment: 'bench', shadow: 'shadow', run: 'live' }),
      divergence: names.shared('divergence'),
    };
    this.#sender = new PartitionSender(streams.connection, {
      maxQueuedRecords: 2 * maxQueuedRecords,
      maxQueuedBytes: 64 * 1024 * 1024,
    });
    const padding = 'x'.repeat(options.bodyBytes);
    this.#body = Buffer.from(JSON.stringify({ decision: 'approved', score: 0.5, padding }));
  }

  /** All requests, and a tick in each partition at which the last window ends. */
  async writeRequests(): Promise<void> {
    await this.#send(this.#topics.requests, numbered(this.#options.requests, this.#requests()));
    await this.#end();
  }

  async writeProduction(): Promise<void> {
    await this.#send(this.#topics.production, numbered(this.#options.requests, this.#production()));
  }

  /** Each request and production's response to it at about the same time, as a gateway does. */
  async writeExchanges(): Promise<void> {
    const { requests } = this.#options;
    await Promise.all([
      this.#send(this.#topics.requests, numbered(requests, this.#requests())),
      this.#send(this.#topics.production, numbered(requests, this.#production())),
    ]);
    await this.#end();
  }

  /** One for each request, where it stands in the log; for a tick, progress. */
  async writeShadow(): Promise<void> {
    await this.#send(this.#topics.shadow, this.#shadowResponses());
  }

  /** Waits until all requests are in published windows. @returns what these say of them */
  async waitUntilJoined(): Promise<Published> {
    let found = await this.#published();
    const isJoined = async (): Promise<boolean> => {
      found = await this.#published();
      return found.sampled >= this.#options.requests;
    };
    await waitFor(isJoined, { what: 'all requests in windows', timeoutMs: 3 * waitMs });
    return found;
  }

  async close(): Promise<void> {
    await this.#sender.close({ graceMs: 1_000 });
    await this.#streams.close();
  }

  async #published(): Promise<Published> {
    const { connection, registry } = this.#streams;
    const found: Published = { sampled: 0, compared: 0, notCompared: {} };
    for await (const { value } of readLog(connection, { topic: this.#topics.divergence })) {
      if (value === null) continue;
      const divergence = await registry.decode('divergence', value);
      if (divergence.segment !== null) continue;
      const { sampled, compared, notCompared } = divergence.window.ledger;
      found.sampled += sampled;
      found.compared += compared;
      for (const [reason, count] of Object.entries(notCompared))
        found.notCompared[reason] = (found.notCompared[reason] ?? 0) + count;
    }
    return found;
  }

  async #end(): Promise<void> {
    await letTimePass(2 * this.#options.windowMs);
    const { partitions: count } = this.#config.kafka;
    await this.#send(
      this.#topics.requests,
      Array.from({ length: count }, (_, partition) => ({ partition, value: null })),
    );
  }

  /** Sends as fast as the queue has room; resolves when everything is acknowledged. */
  async #send(topic: string, records: AsyncIterable<Sent> | Iterable<Sent>): Promise<void> {
    let failure: unknown = null;
    let last: Promise<unknown> = Promise.resolve();
    let sinceWait = 0;
    for await (const record of records) {
      const sent = this.#sender.send({ topic, key: null, ...record });
      sent.catch((error: unknown) => {
        failure ??= error;
      });
      last = sent;
      if ((sinceWait += 1) < maxQueuedRecords / 4 && this.#sender.queuedRecords < maxQueuedRecords) continue;
      await last;
      sinceWait = 0;
      if (failure !== null) throw failure;
    }
    await waitFor(() => this.#sender.queuedRecords === 0, { what: 'acknowledgements', timeoutMs: waitMs });
    if (failure !== null) throw failure;
  }

  #requests(): (n: number) => Buffer {
    const encode = this.#streams.registry.encoder('request', this.#topics.requests);
    const body = this.#body;
    return (n) =>
      encode({
        experiment: 'bench',
        exchangeId: exchangeIdOf(n),
        requestId: null,
        session: null,
        requestTime: 0,
        method: 'POST',
        path: '/predict',
        headers: {},
        contentType: 'application/json',
        body,
        bodySize: body.length,
        production: null,
      });
  }

  #production(): (n: number) => Buffer {
    const encode = this.#streams.registry.encoder('production-response', this.#topics.production);
    const result = { outcome: 'answered', answer: this.#answer(), latencyMs: 5, error: null } as const;
    return (n) => encode({ experiment: 'bench', exchangeId: exchangeIdOf(n), responseTime: 0, result });
  }

  async *#shadowResponses(): AsyncGenerator<Sent> {
    const { connection, registry } = this.#streams;
    const encode = registry.encoder('shadow-response', this.#topics.shadow);
    const answer = this.#answer();
    const times = new Map<number, number>();
    const topic = this.#topics.requests;
    for await (const { partition, offset, timestampMs, value } of readLog(connection, { topic })) {
      const requestTime = Math.max(timestampMs, times.get(partition) ?? 0);
      times.set(partition, requestTime);
      const decoded = value === null ? null : registry.decode('request', value);
      const request = decoded instanceof Promise ? await decoded : decoded;
      yield {
        partition,
        value: encode({
          kind: request === null ? 'progress' : 'first',
          requestOffset: offset,
          requestTime,
          exchangeId: request?.exchangeId ?? null,
          status: request === null ? null : 'answered',
          reason: null,
          attempts: request === null ? 0 : 1,
          latencyMs: request === null ? null : 7,
          answer: request === null ? null : answer,
        }),
      };
    }
  }

  #answer(): { headers: {}; contentType: string; status: number; body: Buffer; bodySize: number } {
    const body = this.#body;
    return { headers: {}, contentType: 'application/json', status: 200, body, bodySize: body.length };
  }
}

/** Requests in published windows, and what became of them. */
export interface Published {
  sampled: number;
  compared: number;
  /** By reason. */
  readonly notCompared: Record<string, number>;
}

interface Sent {
  readonly partition: number;
  readonly value: Buffer | null;
}

function* numbered(count: number, encode: (n: number) => Buffer): Generator<Sent> {
  for (let n = 0; n < count; n += 1) yield { partition: n % partitions, value: encode(n) };
}

function exchangeIdOf(n: number): string {
  return `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

function writeConfig({ cluster, processes, prefix, windowMs }: ExchangeLogOptions): string {
  const file = join(processes.folder, `${prefix}yaml`);
  writeFileSync(
    file,
    `kafka: { brokers: ['${String(cluster.bootstrapServers[0])}'], prefix: ${prefix}, partitions: ${partitions} }
registry: { url: '${registryAddress(cluster.registryUrl)}' }
experiments:
  - name: bench
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1', timeout: 10m }
    window: ${windowMs}ms
    shadows: [{ name: shadow, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision, score: /score }
`,
  );
  return file;
}
