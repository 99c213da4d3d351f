import type { Arrival } from './arrival.ts';
import { type Ending, type ExperimentCapture, keyOf } from './capture.ts';
import type { Outlet, Sending } from './outlet.ts';
import type { Share } from './room.ts';

/** What the answer's path sees of an exchange that is recorded. */
export interface OpenExchange {
  /** Asks for room for so many more bytes of the answer's body. False: keep no more of it. */
  keep(bytes: number): boolean;
  /** Tells, once, what became of the request. */
  end(ending: Ending): void;
}

/** Of the answer's head, until it is known: what Node and undici allow at most. */
const answerHeadBytes = 16 * 1024;

/** What a record takes besides bodies and headers. */
const recordOverheadBytes = 512;

/** A share of the room that any request's exchange fits in: both records, and the answer's head; its body comes on top. */
export function neededBytes(arrival: Arrival): number {
  return arrivalBytes(arrival) + answerHeadBytes;
}

/**
 * One exchange on its way to the log: request sent, answer kept, response sent. Holds what is not encoded yet, and
 * lets go of it as soon as it is.
 */
export class Exchange implements OpenExchange {
  readonly #capture: ExperimentCapture;
  readonly #share: Share;
  readonly #key: string;
  readonly #headers: { readonly traceparent: string };
  readonly #exchangeId: string;
  readonly #ended = Promise.withResolvers<void>();
  #arrival: Arrival | null;
  #ending: Ending | null = null;
  #requestBytes: number;
  #responseBytes = answerHeadBytes;
  #isReleased = false;

  constructor(capture: ExperimentCapture, arrival: Arrival, share: Share) {
    this.#capture = capture;
    this.#share = share;
    this.#key = keyOf(arrival);
    this.#headers = { traceparent: arrival.traceparent };
    this.#exchangeId = arrival.exchangeId;
    this.#arrival = arrival;
    this.#requestBytes = arrivalBytes(arrival);
  }

  keep(bytes: number): boolean {
    if (this.#isReleased || !this.#share.grow(bytes)) return false;
    this.#responseBytes += bytes;
    return true;
  }

  end(ending: Ending): void {
    if (this.#isReleased) return;
    this.#ending = ending;
    this.#responseBytes = endingBytes(ending);
    this.#fit(2);
    setImmediate(this.#ended.resolve); // After the answer's last bytes are on their way.
  }

  /** Instead of `end`, when what is known of it can't be recorded. */
  abandon(error: unknown): void {
    this.#ended.promise.catch(() => {}); // For `publish`, which may not have come to it yet.
    this.#ended.reject(error);
  }

  /** Resolves when both records are acknowledged; rejects with what failed. */
  async publish(outlet: Outlet): Promise<void> {
    await this.#sendRequest(outlet).acknowledged;
    this.#requestBytes = 0;
    this.#fit(1);
    await this.#ended.promise;
    await this.#sendResponse(outlet).acknowledged;
  }

  /** Gives back its room. What comes later of the answer is not kept. */
  release(): void {
    this.#isReleased = true;
    this.#arrival = null;
    this.#ending = null;
    this.#share.shrinkTo(0, 0);
  }

  #sendRequest(outlet: Outlet): Sending {
    const request = this.#capture.request(taken(this.#arrival));
    this.#arrival = null;
    const sending = outlet.request(this.#key, request, this.#headers);
    this.#requestBytes = sending.bytes;
    this.#fit(2);
    return sending;
  }

  #sendResponse(outlet: Outlet): Sending {
    const response = this.#capture.productionResponse(this.#exchangeId, taken(this.#ending));
    this.#ending = null;
    const sending = outlet.productionResponse(this.#key, response, this.#headers);
    this.#responseBytes = sending.bytes;
    this.#fit(1);
    return sending;
  }

  #fit(records: number): void {
    this.#share.shrinkTo(records, this.#requestBytes + this.#responseBytes);
  }
}

function taken<T>(value: T | null): T {
  if (value === null) throw new Error('an exchange is published once');
  return value;
}

function arrivalBytes({ path, headers, body }: Arrival): number {
  return recordOverheadBytes + path.length + headersBytes(headers) + body.bytes.length;
}

function endingBytes({ answer }: Ending): number {
  return (
    recordOverheadBytes + (answer === null ? 0 : headersBytes(answer.headers) + answer.body.bytes.length)
  );
}

function headersBytes(headers: Arrival['headers']): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length;
  return bytes;
}
