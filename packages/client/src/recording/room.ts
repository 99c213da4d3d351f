/** How much may wait. */
export interface RoomLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** The bounded memory of everything between a request's arrival and its acknowledged records. */
export class Room {
  readonly #limits: RoomLimits;
  #records = 0;
  #bytes = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Null: it doesn't fit. */
  take(records: number, bytes: number): Share | null {
    if (this.#records + records > this.#limits.maxRecords || !this.#fits(bytes)) return null;
    this.#records += records;
    this.#bytes += bytes;
    return new Share(records, bytes, (moreRecords, moreBytes) => {
      if (moreBytes > 0 && !this.#fits(moreBytes)) return false;
      this.#records += moreRecords;
      this.#bytes += moreBytes;
      return true;
    });
  }

  #fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limits.maxBytes;
  }
}

type Change = (moreRecords: number, moreBytes: number) => boolean;

/** One exchange's part of the room. Grows while there is room, shrinks, and is given back. */
export class Share {
  readonly #change: Change;
  #records: number;
  #bytes: number;

  constructor(records: number, bytes: number, change: Change) {
    this.#records = records;
    this.#bytes = bytes;
    this.#change = change;
  }

  /** False, and nothing is taken, if it doesn't fit. */
  grow(bytes: number): boolean {
    if (!this.#change(0, bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  /** Gives back all but this much; never takes. */
  shrinkTo(records: number, bytes: number): void {
    const keptRecords = Math.min(records, this.#records);
    const keptBytes = Math.min(bytes, this.#bytes);
    this.#change(keptRecords - this.#records, keptBytes - this.#bytes);
    this.#records = keptRecords;
    this.#bytes = keptBytes;
  }
}
