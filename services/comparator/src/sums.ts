import { differenceCategories, type NotComparableReason, notComparableReasons } from '@understudy/comparison';
import {
  type NotComparedReason,
  notComparedReasons,
  type NotCorrectedReason,
  notCorrectedReasons,
  type RecoveryOutcome,
  recoveryOutcomes,
} from '@understudy/domain';
import type { Corrections, Segment, SegmentSums } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import { PairCounts, type PairDetail, type PairFinding } from './kind-sums/pair-counts.ts';

/** What one judged request adds to the sums of its segments. */
export interface Finding extends PairFinding {
  /** Null: compared. */
  readonly notCompared: NotComparedReason | null;
  /** Why it is not comparable; null where that is not the reason. */
  readonly notComparable: NotComparableReason | null;
  readonly agreed: boolean;
  readonly categories: readonly string[];
}

/** What one recovered request adds. */
export interface CorrectedFinding {
  /** Null: compared. */
  readonly notCompared: NotCorrectedReason | null;
  readonly agreed: boolean;
  readonly categories: readonly string[];
  /** Log time of the request, ms since the epoch. */
  readonly requestMs: number;
}

/**
 * The sums of one segment over some requests. Adding is free of order: the same requests give the same record,
 * however they were split over partitions and windows.
 */
export class Sums {
  #sampled = 0;
  #compared = 0;
  #agreed = 0;
  readonly #notCompared = new Map<string, number>();
  readonly #notComparable = new Map<string, number>();
  readonly #differences = new Map<string, number>();
  readonly #recovered = new Map<string, number>();
  readonly #corrections = new CorrectionSums();
  #production = new QuantileSketch();
  #shadow = new QuantileSketch();
  readonly #pairs: PairCounts;

  /** @param detail - of pairs; default: the whole lane's */
  constructor(detail: PairDetail = 'lane') {
    this.#pairs = new PairCounts(detail);
  }

  /** Counts one request. */
  count(finding: Finding): void {
    this.#sampled += 1;
    if (finding.notCompared === null) this.#compared += 1;
    else increase(this.#notCompared, finding.notCompared, 1);
    if (finding.notComparable !== null) increase(this.#notComparable, finding.notComparable, 1);
    if (finding.agreed) this.#agreed += 1;
    for (const category of finding.categories) increase(this.#differences, category, 1);
    if (finding.productionLatencyMs !== null) this.#production.add(finding.productionLatencyMs);
    if (finding.shadowLatencyMs !== null) this.#shadow.add(finding.shadowLatencyMs);
    this.#pairs.count(finding);
  }

  /** Counts a deferred request that was closed: beside the ledger, which has it already. */
  countRecovery(outcome: RecoveryOutcome): void {
    increase(this.#recovered, outcome, 1);
  }

  /** Counts a recovered request that was judged: beside the ledger too. */
  countCorrection(finding: CorrectedFinding): void {
    this.#corrections.count(finding);
  }

  /** Adds what was summed elsewhere. */
  add(sums: SegmentSums): void {
    const { ledger, agreed, differences, productionLatency, shadowLatency, recovered } = sums;
    this.#corrections.add(sums.corrections);
    this.#sampled += ledger.sampled;
    this.#compared += ledger.compared;
    this.#agreed += agreed;
    for (const [reason, count] of Object.entries(ledger.notCompared))
      increase(this.#notCompared, reason, count);
    for (const [reason, count] of Object.entries(sums.notComparable))
      increase(this.#notComparable, reason, count);
    for (const [category, count] of Object.entries(differences)) increase(this.#differences, category, count);
    for (const [outcome, count] of Object.entries(recovered)) increase(this.#recovered, outcome, count);
    this.#production = this.#production.merge(QuantileSketch.fromBins(productionLatency));
    this.#shadow = this.#shadow.merge(QuantileSketch.fromBins(shadowLatency));
    this.#pairs.add(sums);
  }

  /** Counts stand in the order of the closed lists, so equal sums have equal bytes. */
  toRecord(segment: Segment | null): SegmentSums {
    return {
      segment,
      ledger: {
        sampled: this.#sampled,
        compared: this.#compared,
        notCompared: inOrder(this.#notCompared, notComparedReasons),
      },
      agreed: this.#agreed,
      differences: inOrder(this.#differences, differenceCategories),
      productionLatency: this.#production.toBins(),
      shadowLatency: this.#shadow.toBins(),
      recovered: inOrder(this.#recovered, recoveryOutcomes),
      corrections: this.#corrections.toRecord(),
      ...this.#pairs.toRecord(),
      notComparable: inOrder(this.#notComparable, notComparableReasons),
    };
  }
}

class CorrectionSums {
  #compared = 0;
  #agreed = 0;
  readonly #differences = new Map<string, number>();
  readonly #notCompared = new Map<string, number>();
  #earliest: number | null = null;

  count({ notCompared, agreed, categories, requestMs }: CorrectedFinding): void {
    if (notCompared !== null) {
      increase(this.#notCompared, notCompared, 1);
      return;
    }
    this.#compared += 1;
    if (agreed) this.#agreed += 1;
    for (const category of categories) increase(this.#differences, category, 1);
    this.#earliest = Math.min(this.#earliest ?? requestMs, requestMs);
  }

  add({ compared, agreed, differences, notCompared, earliest }: Corrections): void {
    this.#compared += compared;
    this.#agreed += agreed;
    for (const [category, count] of Object.entries(differences)) increase(this.#differences, category, count);
    for (const [reason, count] of Object.entries(notCompared)) increase(this.#notCompared, reason, count);
    if (earliest !== null) this.#earliest = Math.min(this.#earliest ?? earliest, earliest);
  }

  toRecord(): Corrections {
    return {
      compared: this.#compared,
      agreed: this.#agreed,
      differences: inOrder(this.#differences, differenceCategories),
      notCompared: inOrder(this.#notCompared, notCorrectedReasons),
      earliest: this.#earliest,
    };
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function inOrder(counts: ReadonlyMap<string, number>, order: readonly string[]): Record<string, number> {
  return Object.fromEntries(order.flatMap((key) => (counts.has(key) ? [[key, counts.get(key) ?? 0]] : [])));
}
