/** No quantile of a value in the sketch's range is further off than this share of it. */
export const sketchRelativeError = 0.01;

const smallestMs = 0.001;
const greatestMs = 86_400_000;
const growth = (1 + sketchRelativeError) / (1 - sketchRelativeError);
/**
 * The upper edge of each bin, in ms, included. Products only, which every machine rounds alike; logarithms
 * need not be.
 */
const edgesMs = upperEdges();
const lastBin = edgesMs.length - 1;
const logGrowth = Math.log(growth);

function upperEdges(): Float64Array {
  const edges = [smallestMs];
  for (let edge = smallestMs; edge < greatestMs; edges.push(edge)) edge *= growth;
  return Float64Array.from(edges);
}

/** A sketch as it travels: parallel arrays, bins rising, only bins that hold something. */
export interface SketchBins {
  readonly bins: number[];
  readonly counts: number[];
}

/**
 * How latencies are distributed, in at most 1261 counts (usually under a hundred), however many there are.
 *
 * Values are milliseconds. Bins are spaced logarithmically and fixed: bin 0 holds all up to 0.001 ms, the last
 * one, 1260, all beyond a day, Infinity ('never answered') too. So bins never have to be collapsed, and equal
 * records give equal bins in whatever order, and however split and merged. Between the end bins a quantile is
 * within 1% of the exact one.
 *
 * The DDSketch of Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
 * Relative-Error Guarantees", PVLDB 12 (2019), with a fixed range in place of a limit on the number of bins.
 */
export class QuantileSketch {
  readonly #counts = new Map<number, number>();
  #count = 0;

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  /** @throws RangeError for NaN: a value that isn't known must not be added */
  add(valueMs: number): void {
    if (Number.isNaN(valueMs)) throw new RangeError('a latency must be a number of milliseconds, got NaN');
    this.#put(binOf(valueMs), 1);
  }

  /** A new sketch with the values of both; neither changes. */
  merge(other: QuantileSketch): QuantileSketch {
    const merged = new QuantileSketch();
    for (const [bin, count] of this.#counts) merged.#put(bin, count);
    for (const [bin, count] of other.#counts) merged.#put(bin, count);
    return merged;
  }

  /**
   * The value at rank `floor(q · (count - 1))` of the sorted values, the least being at rank 0; `null`
   * without values.
   *
   * @param q in [0, 1]
   * @throws RangeError for a q outside of it
   */
  quantile(q: number): number | null {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile is asked for by a number in [0, 1], got ${q}`);
    return this.#count === 0 ? null : this.valueAt(Math.floor(q * (this.#count - 1)));
  }

  /**
   * The value of a rank, the least value being at rank 0.
   *
   * @throws RangeError for a rank that no value has
   */
  valueAt(rank: number): number {
    return middleOf(this.#binOfRank(rank));
  }

  /**
   * Between which numbers the value of a rank lies, the least value being at rank 0; the lower one is excluded, and
   * 0 where it is 0.001 or less, the upper one is Infinity where it is beyond a day, or nearly one.
   *
   * @throws RangeError for a rank that no value has
   */
  edgesAt(rank: number): { lower: number; upper: number } {
    const bin = this.#binOfRank(rank);
    return { lower: bin === 0 ? 0 : edgeOf(bin - 1), upper: bin === lastBin ? Infinity : edgeOf(bin) };
  }

  /**
   * How many values are above the given one, but for those within 2% of it: values in the bin of `valueMs` are not
   * counted.
   */
  countAbove(valueMs: number): number {
    const bin = binOf(valueMs);
    let above = 0;
    for (const [of, count] of this.#counts) if (of > bin) above += count;
    return above;
  }

  toBins(): SketchBins {
    const bins = [...this.#counts.keys()].sort((a, b) => a - b);
    return { bins, counts: bins.map((bin) => this.#counts.get(bin) ?? 0) };
  }

  /** @throws RangeError for bins that `toBins` can't have written */
  static fromBins({
    bins,
    counts,
  }: {
    readonly bins: readonly number[];
    readonly counts: readonly number[];
  }): QuantileSketch {
    if (bins.length !== counts.length) {
      throw new RangeError(
        `a sketch needs a count for each bin, got ${bins.length} bins and ${counts.length} counts`,
      );
    }
    const sketch = new QuantileSketch();
    let last = -1;
    for (const [place, bin] of bins.entries()) {
      const count = counts[place];
      if (!Number.isInteger(bin) || bin <= last || bin > lastBin) {
        throw new RangeError(`bins must be rising integers from 0 to ${lastBin}, got ${bin} after ${last}`);
      }
      if (count === undefined || !Number.isSafeInteger(count) || count <= 0) {
        throw new RangeError(`a bin's count must be a positive integer, got ${count} for bin ${bin}`);
      }
      sketch.#put(bin, count);
      last = bin;
    }
    return sketch;
  }

  #binOfRank(rank: number): number {
    if (!(Number.isSafeInteger(rank) && rank >= 0 && rank < this.#count))
      throw new RangeError(`ranks are whole numbers from 0 to ${this.#count - 1}, got ${rank}`);
    const { bins, counts } = this.toBins();
    let passed = 0;
    for (const [place, bin] of bins.entries()) {
      passed += counts[place] ?? 0;
      if (passed > rank) return bin;
    }
    return lastBin;
  }

  #put(bin: number, count: number): void {
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + count);
    this.#count += count;
  }
}

/** The least bin whose upper edge is at least the value. The logarithm only guesses; the edges decide. */
function binOf(valueMs: number): number {
  if (valueMs <= smallestMs) return 0;
  if (valueMs > edgeOf(lastBin - 1)) return lastBin;
  let bin = Math.ceil(Math.log(valueMs / smallestMs) / logGrowth);
  while (edgeOf(bin) < valueMs) bin++;
  while (edgeOf(bin - 1) >= valueMs) bin--;
  return bin;
}

/** The value that no value of the bin is further from than the relative error. */
function middleOf(bin: number): number {
  return bin === 0 ? smallestMs : (2 * edgeOf(bin)) / (1 + growth);
}

function edgeOf(bin: number): number {
  const edge = edgesMs[bin];
  if (edge === undefined) throw new RangeError(`there is no bin ${bin}: bins go from 0 to ${lastBin}`);
  return edge;
}
