import type { Run, RunGap } from '@understudy/schemas-avro';

/** A range of windows: boundaries, ms since the epoch; `to` is excluded. */
export interface WindowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Which windows of one partition a run covers: all from its start on, but for its gaps, and for those before the partition's
 * own start. A function of the run's record alone.
 */
export class Coverage {
  /** In order; none touches another. */
  readonly #gaps: readonly WindowRange[];

  constructor({ start, starts, gaps }: Pick<Run, 'start' | 'starts' | 'gaps'>, partition: number) {
    const before = starts.flatMap((of) =>
      of.partition === partition && of.time > start ? [{ from: start, to: of.time }] : [],
    );
    this.#gaps = joined([...before, ...gaps.filter((gap) => gap.partition === partition)]);
  }

  /** Whether the window of this log time, ms since the epoch, is covered. */
  covers(timeMs: number): boolean {
    return !this.#gaps.some(({ from, to }) => from <= timeMs && timeMs < to);
  }

  /** The first covered boundary at or after this one. */
  from(boundaryMs: number): number {
    return this.#gaps.find(({ from, to }) => from <= boundaryMs && boundaryMs < to)?.to ?? boundaryMs;
  }

  /** What is not covered of a range, in order. */
  gapsIn({ from, to }: WindowRange): readonly WindowRange[] {
    return this.#gaps
      .map((gap) => ({ from: Math.max(from, gap.from), to: Math.min(to, gap.to) }))
      .filter((gap) => gap.from < gap.to);
  }
}

/** The run with one more gap; the run itself where it has it already. */
export function withGap(run: Run, gap: RunGap): Run {
  const isKnown = run.gaps.some(
    ({ partition, from, to }) => partition === gap.partition && from <= gap.from && gap.to <= to,
  );
  return isKnown ? run : { ...run, gaps: [...run.gaps, gap] };
}

function joined(ranges: readonly WindowRange[]): readonly WindowRange[] {
  const result: WindowRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || range.from > last.to) result.push({ from: range.from, to: range.to });
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return result;
}
