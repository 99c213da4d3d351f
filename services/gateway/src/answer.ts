import type { IncomingHttpHeaders } from 'node:http';
import { Transform } from 'node:stream';
import { BodyKeeper, type Ending, endToEnd } from '@understudy/client/recording';
import { type Failure, failureOf } from './failure.ts';
import { CallEnded, type ProductionCall } from './production-calls.ts';

export interface AnswerOptions {
  readonly call: ProductionCall;
  readonly captureBytes: number;
  /** Asked before bytes of the body are kept; see BodyKeeper. */
  readonly takeRoom: (bytes: number) => boolean;
  /** Called once, whatever happens. */
  readonly onEnd: (ending: Ending) => void;
}

/**
 * What is seen of production's answer while it passes: nothing, a head, a head and some of the body, or all of it.
 * Ends once: with the answer's last byte, with a failure of production, or when the caller hangs up. Then production
 * is hung up on too, as it would be without a gateway, and the exchange is recorded as failed, with how far the answer
 * had come in words: half an answer is nothing to compare. An answer that was complete is recorded whatever the caller
 * does.
 */
export class Answer {
  readonly #options: AnswerOptions;
  readonly #body: BodyKeeper;
  #head: { readonly status: number; readonly headers: IncomingHttpHeaders } | null = null;
  #failure: Failure | null = null;
  #isOver = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#body = new BodyKeeper(options.captureBytes, options.takeRoom);
  }

  /** The head is here. Returns what the body has to pass through. */
  begin(status: number, headers: IncomingHttpHeaders): Transform {
    this.#options.call.answered();
    this.#head = { status, headers: endToEnd(headers) };
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#body.add(chunk);
        done(null, chunk);
      },
      flush: (done) => {
        this.#end(null);
        done();
      },
    });
  }

  /** What comes first counts: of several errors of one call, only one says what happened. */
  fail(error: unknown): Failure {
    const failure = failureOf(error, this.#head && { status: this.#head.status, bytes: this.#body.size });
    this.#end(failure);
    return this.#failure ?? failure;
  }

  callerGone(): void {
    if (this.#isOver) return;
    const gone = new CallEnded('caller-gone', 'the caller hung up');
    this.#options.call.abort(gone);
    this.fail(gone);
  }

  #end(failure: Failure | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    const { call, onEnd } = this.#options;
    call.end();
    onEnd({
      timeMs: Date.now(),
      latencyMs: call.elapsedMs,
      outcome: failure?.outcome ?? 'answered',
      answer: failure === null && this.#head !== null ? { ...this.#head, body: this.#body.body() } : null,
      error: failure?.error ?? null,
    });
  }
}
