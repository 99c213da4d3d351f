import { loadApplicants, toApplication, trafficHalf } from '@understudy/example-mortgage';

export interface LoadOptions {
  /** The gateway. */
  readonly url: string;
  /** Callers at the same time. */
  readonly callers: number;
  readonly signal: AbortSignal;
}

const answerLimitMs = 15_000;

/** The example's applications, again and again under new request ids, until it is told to end. */
export class Load {
  readonly #applicants = trafficHalf(loadApplicants());
  readonly #options: LoadOptions;
  readonly #done: Promise<unknown>;
  #sent = 0;
  #answered = 0;
  #isEnding = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#done = Promise.all(Array.from({ length: options.callers }, () => this.#caller()));
    this.#done.catch(() => undefined); // `end` tells
  }

  /** Requests that were answered with 200. */
  get answered(): number {
    return this.#answered;
  }

  /** Resolves when all that was sent is answered. Rejects if a caller got anything but 200. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#done;
  }

  async #caller(): Promise<void> {
    const { url, signal } = this.#options;
    while (!this.#isEnding && !signal.aborted) {
      const turn = this.#sent++;
      const applicant = this.#applicants[turn % this.#applicants.length];
      if (applicant === undefined) throw new Error('there are no applicants');
      const id = `${applicant.applicant_id}-${Math.floor(turn / this.#applicants.length)}`;
      const response = await fetch(`${url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': id },
        body: JSON.stringify({ ...toApplication(applicant), applicant_id: id }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)]),
      });
      const answer = await response.text();
      if (response.status !== 200) throw new Error(`the gateway answered ${response.status}: ${answer}`);
      this.#answered += 1;
    }
  }
}
