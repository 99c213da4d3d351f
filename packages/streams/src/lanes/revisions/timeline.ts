import { comparingHash, type ExperimentConfig, judgingHash } from '@understudy/config';
import type { Run } from '@understudy/schemas-avro';
import { StreamsError } from '../../client/errors.ts';

/** One revision of an experiment. */
export interface Revision {
  /** From 1. */
  readonly number: number;
  /** The window boundary from which on it judges, ms since the epoch; of the first one 0. */
  readonly fromMs: number;
  readonly experiment: ExperimentConfig;
  /** Of the parts that judge. */
  readonly configHash: string;
  /** Of what an agreement means: running sums go on while it stays. */
  readonly comparingHash: string;
}

/**
 * The revisions of one experiment, as far as they are known. What judges is that of {@link at}; what acts, as addresses,
 * limits and timeouts, is that of {@link newest}.
 *
 *     revision      1                          2 (appended at 95 s)       3 (appended at 112 s)
 *     in force      |-- from the beginning ----|-- from 125 s ------------|-- from 145 s ---      windows of 5 s
 *     known until                                                                   165 s
 */
export interface Timeline {
  /** No revision that is not known yet takes effect before this time of the log, ms since the epoch. */
  readonly knownUntilMs: number;
  readonly newest: Revision;
  /** Null: it is not known. */
  numbered(number: number): Revision | null;
  /** The revision in force at a time of the log; final where that is before {@link knownUntilMs}. */
  at(timeMs: number): Revision;
}

/** A timeline that grows, and never changes before what was known of it. */
export class GrowingTimeline implements Timeline {
  /** By when they take effect. */
  readonly #revisions: Revision[];
  #knownUntilMs = 0;

  constructor(first: Revision) {
    this.#revisions = [first];
  }

  get knownUntilMs(): number {
    return this.#knownUntilMs;
  }

  get newest(): Revision {
    return this.#last(() => true);
  }

  at(timeMs: number): Revision {
    return this.#last(({ fromMs }) => fromMs <= timeMs);
  }

  numbered(number: number): Revision | null {
    return this.#revisions.find((revision) => revision.number === number) ?? null;
  }

  /** The next one; of an earlier number it is none. It takes effect no earlier than the one before it. */
  add(revision: Revision): void {
    const { number, fromMs } = this.newest;
    if (revision.number <= number) return;
    this.#revisions.push({ ...revision, fromMs: Math.max(revision.fromMs, fromMs) });
  }

  /** Everything that takes effect before this time was added. */
  know(untilMs: number): void {
    this.#knownUntilMs = Math.max(this.#knownUntilMs, untilMs);
  }

  #last(is: (revision: Revision) => boolean): Revision {
    const found = this.#revisions.findLast(is) ?? this.#revisions[0];
    if (found === undefined) throw new Error('a timeline begins with a revision');
    return found;
  }
}

/** The timeline of an experiment that one revision judges throughout. */
export function constantTimeline(revision: Revision): Timeline {
  const numbered = (number: number): Revision | null => (number === revision.number ? revision : null);
  return { knownUntilMs: Infinity, newest: revision, numbered, at: () => revision };
}

/**
 * What judges a run's requests: the revision that the run names for all of them, else each request by its time.
 *
 * @throws {StreamsError} 'state-mismatch' where that revision is not in the log, or not seen yet
 */
export function runTimeline(timeline: Timeline, { lane, revision: number }: Run): Timeline {
  if (number === null) return timeline;
  const revision = timeline.numbered(number);
  if (revision !== null) return constantTimeline(revision);
  throw new StreamsError(
    'state-mismatch',
    `run ${lane} is judged by revision ${number}, which is not known here`,
  );
}

/** An experiment as the first revision of itself. */
export function firstRevision(experiment: ExperimentConfig): Revision {
  return {
    number: 1,
    fromMs: 0,
    experiment,
    configHash: judgingHash(experiment),
    comparingHash: comparingHash(experiment),
  };
}

/** What is made of a revision, once for each. Whoever asks gives a time of the log. */
export function perRevision<T>(timeline: Timeline, make: (revision: Revision) => T): (timeMs: number) => T {
  const made = new Map<Revision, T>();
  return (timeMs) => {
    const revision = timeline.at(timeMs);
    const known = made.get(revision);
    if (known !== undefined) return known;
    const fresh = make(revision);
    made.set(revision, fresh);
    return fresh;
  };
}
