import type { IncomingHttpHeaders } from 'node:http';
import type { ExperimentConfig } from '@understudy/config';
import type { ProductionOutcome, ProductionResponse, Request } from '@understudy/schemas-avro';
import type { Arrival } from './arrival.ts';
import { headerText } from './headers.ts';
import type { KeptBody } from './kept-body.ts';
import { createRedactor } from './redact.ts';

/** What became of a request. Nothing is redacted yet. */
export interface Ending {
  /** Ms since the epoch. */
  readonly timeMs: number;
  /** From sending the request to the last byte of the answer, or to the failure. */
  readonly latencyMs: number;
  readonly outcome: ProductionOutcome;
  /** Null unless production answered in full. */
  readonly answer: {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly body: KeptBody;
  } | null;
  /** Null if production answered in full. */
  readonly error: string | null;
}

/** Makes the two records of an exchange of one experiment, redacted. Pure; may take a while for large bodies. */
export interface ExperimentCapture {
  readonly experiment: string;
  request(arrival: Arrival): Request;
  productionResponse(exchangeId: string, ending: Ending): ProductionResponse;
}

export function captureOf({ name, redact }: Pick<ExperimentConfig, 'name' | 'redact'>): ExperimentCapture {
  const redactor = createRedactor(redact);
  return {
    experiment: name,
    request(arrival) {
      const { bytes, size } = redactor.body(arrival.body);
      return {
        exchangeId: arrival.exchangeId,
        requestId: arrival.requestId,
        experiment: name,
        session: arrival.session,
        requestTime: arrival.timeMs,
        method: arrival.method,
        path: arrival.path,
        headers: redactor.headers(arrival.headers),
        contentType: headerText(arrival.headers, 'content-type'),
        body: bytes,
        bodySize: size,
        production: null,
      };
    },
    productionResponse(exchangeId, { timeMs, latencyMs, outcome, answer, error }) {
      return {
        exchangeId,
        experiment: name,
        responseTime: timeMs,
        result: { outcome, answer: answer && recordedAnswer(answer), latencyMs, error },
      };
    },
  };

  function recordedAnswer({ status, headers, body }: NonNullable<Ending['answer']>) {
    const { bytes, size } = redactor.body(body);
    return {
      status,
      headers: redactor.headers(headers),
      contentType: headerText(headers, 'content-type'),
      body: bytes,
      bodySize: size,
    };
  }
}

/** The key of both records: the session keeps its requests together and in order. */
export function keyOf({ session, exchangeId }: Pick<Arrival, 'session' | 'exchangeId'>): string {
  return session ?? exchangeId;
}
