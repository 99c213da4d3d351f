/** How many bytes several hold together, and how many they should. */
export class ByteBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Nobody should take more than the least that he needs to go on. */
  get isSpent(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  /** @param bytes - below 0: they are given back */
  take(bytes: number): void {
    this.#bytes += bytes;
  }
}
