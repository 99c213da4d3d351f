import type { NotComparedReason } from '@understudy/domain';
import type { Alert, Divergence, Segment, VerdictNow, WindowPart } from '@understudy/schemas-avro';
import { localCodecs } from '@understudy/streams/testing';
import { findingsOf } from '../src/findings.ts';
import type { FindingsSettings } from '../src/findings-settings.ts';
import { nothingFound, stateFrom } from '../src/running-state.ts';
import { segmentKey } from '../src/segment-key.ts';
import { Sums } from '../src/sums.ts';
import { KeyedOutcomes } from '../src/units/key-counts.ts';
import { maxKeysOf } from '../src/units/limits.ts';
import { noOutcomes, type Outcomes } from '../src/units/outcomes.ts';

/** One request, judged. */
export interface JudgedRequest {
  /** A hash in [0, 2^32). */
  readonly key: number;
  /** Of a compared one; default true. */
  readonly agreed?: boolean;
  /** Default: compared. */
  readonly notCompared?: Extract<NotComparedReason, 'shadow-failed' | 'shadow-shed'>;
  /** Default none. */
  readonly segments?: readonly Segment[];
}

/** Merges windows of judged requests, each by a process that has read back, as bytes, what the one before wrote. */
export class KeyedLane {
  readonly alerts: Alert[] = [];
  readonly #settings: FindingsSettings;
  readonly #codecs = localCodecs();
  #last: readonly Divergence[] = [];

  constructor(settings: FindingsSettings) {
    this.#settings = settings;
  }

  /** @param partitions - over which the requests are spread, in turn; default 1 */
  window(windowStart: number, requests: readonly JudgedRequest[], partitions: number = 1): void {
    const parts = Array.from({ length: partitions }, (_, partition) =>
      partOf(
        requests.filter((_, n) => n % partitions === partition),
        { windowStart, partition, settings: this.#settings },
      ),
    );
    const before = this.#last.length === 0 ? nothingFound : stateFrom(this.#last, this.#settings);
    const windowEnd = windowStart + this.#settings.experiment.windowMs;
    const { records, alerts } = findingsOf(this.#settings, before, {
      windowStart,
      windowEnd,
      parts,
      coverage: null,
    });
    this.#last = records.map((record) => this.#throughBytes(record));
    this.alerts.push(...alerts);
  }

  get record(): Divergence {
    const [record] = this.#last;
    if (record === undefined) throw new Error('no window was merged yet');
    return record;
  }

  get verdict(): VerdictNow {
    const { verdict } = this.record;
    if (verdict === null) throw new Error('the lane’s own record has no verdict');
    return verdict;
  }

  outcomeOf(criterion: string): string | undefined {
    return this.verdict.criteria.find(({ name }) => name === criterion)?.outcome;
  }

  #throughBytes(record: Divergence): Divergence {
    const read = this.#codecs.decode('divergence', this.#codecs.encoder('divergence', 'divergence')(record));
    if (read instanceof Promise) throw new Error('local schemas are at hand at once');
    return read;
  }
}

interface PartOptions {
  readonly windowStart: number;
  readonly partition: number;
  readonly settings: FindingsSettings;
}

function partOf(
  requests: readonly JudgedRequest[],
  { windowStart, partition, settings }: PartOptions,
): WindowPart {
  const shares = new Map<string, { segment: Segment | null; sums: Sums; keys: KeyedOutcomes }>();
  for (const { key, agreed = true, notCompared = null, segments = [] } of requests)
    for (const segment of [null, ...segments]) {
      const share = shares.get(segmentKey(segment)) ?? {
        segment,
        sums: new Sums(),
        keys: new KeyedOutcomes(maxKeysOf(null)),
      };
      shares.set(segmentKey(segment), share);
      const isAgreed = notCompared === null && agreed;
      share.sums.count({
        notCompared,
        agreed: isAgreed,
        categories: [],
        productionLatencyMs: 10,
        shadowLatencyMs: notCompared === null ? 12 : null,
        notComparable: null,
        outputs: null,
      });
      share.keys.add(key, outcomes(notCompared, isAgreed));
    }
  const all = [...shares.values()];
  return {
    lane: settings.lane,
    partition,
    windowStart,
    windowEnd: windowStart + settings.experiment.windowMs,
    configHash: settings.configHash,
    covered: true,
    keepHash: 'keep',
    segments: all.map(({ segment, sums }) => sums.toRecord(segment)),
    keys: all.map(({ keys }) => keys.toRecord()),
    offsets: [],
    digest: '0',
  };
}

function outcomes(notCompared: NonNullable<JudgedRequest['notCompared']> | null, agreed: boolean): Outcomes {
  switch (notCompared) {
    case 'shadow-failed':
      return { ...noOutcomes, failed: 1 };
    case 'shadow-shed':
      return { ...noOutcomes, missing: 1 };
    case null:
      return { ...noOutcomes, compared: 1, agreed: agreed ? 1 : 0, answered: 1, inTime: 1 };
  }
}
