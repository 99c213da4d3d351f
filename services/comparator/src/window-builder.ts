import type { RecoveryOutcome } from '@understudy/domain';
import type { OffsetRange, Segment, ShadowStatus, WindowPart } from '@understudy/schemas-avro';
import { addToDigest, digestText } from './digest.ts';
import { judge, type Judgement } from './judge.ts';
import type { Entry } from './entry.ts';
import { pairDetailOf } from './kind-sums/pair-counts.ts';
import { outputsOf } from './kind-sums/pair-outputs.ts';
import { KeptPairs, type ComparisonRecord } from './kept-pairs.ts';
import type { Correction } from './recoveries/corrections.ts';
import { segmentKey } from './segment-key.ts';
import { allSegments } from './segments.ts';
import { type CorrectedFinding, type Finding, Sums } from './sums.ts';
import { KeyedOutcomes } from './units/key-counts.ts';
import { maxKeysOf } from './units/limits.ts';
import { correctionOf, outcomesOf } from './units/outcomes-of.ts';
import { requestKey } from './units/request-key.ts';
import type { WindowSettings } from './window-settings.ts';

interface SegmentShare {
  readonly segment: Segment | null;
  readonly sums: Sums;
  readonly keys: KeyedOutcomes;
}

/**
 * One partition's share of one window, while it is built: entries are folded in as they are joined, in any order,
 * and what comes out depends only on which they were.
 */
export class WindowBuilder {
  readonly #settings: WindowSettings;
  readonly #start: number;
  readonly #end: number;
  readonly #shares = new Map<string, SegmentShare>();
  readonly #offsets = new Map<string, { first: number; last: number }>();
  readonly #pairs: KeptPairs;
  readonly #recovered: KeptPairs;
  /** That the experiment has. */
  readonly #segments: number;
  #digest = 0n;

  constructor(settings: WindowSettings, start: number) {
    this.#settings = settings;
    this.#start = start;
    this.#end = start + settings.experiment.windowMs;
    this.#segments = allSegments(settings.experiment.segments).length;
    this.#pairs = new KeptPairs(settings.experiment.keep);
    this.#recovered = new KeptPairs(settings.experiment.keep, true);
  }

  fold(entry: Entry): void {
    const { request, production, shadow } = entry;
    const { topics } = this.#settings;
    const { judgement, segments: entrySegments } = judged(this.#settings, entry);
    const finding = findingOf(this.#settings, judgement, entry);
    const { latencyMs } = shadow.response;
    const outcomes = outcomesOf(judgement, { latencyMs, limitMs: this.#settings.inTimeMs });
    const key = requestKey(entry, this.#settings.keySalt);
    for (const segment of [null, ...entrySegments]) {
      const { sums, keys } = this.#shareOf(segment);
      sums.count(finding);
      if (outcomes !== null) keys.add(key, outcomes);
    }
    this.#digest = addToDigest(this.#digest, request.exchangeId ?? `unreadable@${request.offset}`);
    this.#use(topics.requests, request.offset);
    this.#use(topics.shadowResponses, shadow.offset);
    if (production !== null && production.offset !== null)
      this.#use(topics.productionResponses, production.offset);
    if (judgement.outcome === 'compared') this.#pairs.keep(entry, judgement, entrySegments);
  }

  /** Counts a deferred request that was closed, by the shadow response at `offset`. */
  recover(outcome: RecoveryOutcome, offset: number): void {
    this.#shareOf(null).sums.countRecovery(outcome);
    this.#use(this.#settings.topics.shadowResponses, offset);
  }

  /**
   * Counts a recovered request, judged by its pair, with the settings that were in force at the request. The records of
   * the pair are not among those that the part names: the recovery's own says which they are, and they may stand hours
   * before the window.
   */
  correct(correction: Correction, settings: WindowSettings): void {
    if (correction.kind === 'not-compared') {
      const { reason: notCompared } = correction;
      this.#shareOf(null).sums.countCorrection({ notCompared, agreed: false, categories: [], requestMs: 0 });
      return;
    }
    const { entry } = correction;
    const { judgement, segments } = judged(settings, entry);
    const isCompared = judgement.outcome === 'compared';
    const finding: CorrectedFinding = {
      notCompared: isCompared ? null : judgement.reason,
      agreed: isCompared && judgement.comparison.outcome === 'agree',
      categories: isCompared ? judgement.comparison.categories : [],
      requestMs: entry.request.timeMs,
    };
    const outcomes = correctionOf(judgement);
    const key = requestKey(entry, this.#settings.keySalt);
    for (const segment of [null, ...segments]) {
      const { sums, keys } = this.#shareOf(segment);
      sums.countCorrection(finding);
      if (outcomes !== null) keys.add(key, outcomes);
    }
    if (isCompared) this.#recovered.keep(entry, judgement, segments);
  }

  part(): WindowPart {
    const { lane, partition, configHash, keepHash } = this.#settings;
    const shares = [...this.#shares].toSorted(byKey).map(([, share]) => share);
    return {
      lane,
      partition,
      windowStart: this.#start,
      windowEnd: this.#end,
      configHash,
      covered: true,
      keepHash,
      segments: shares.map(({ segment, sums }) => sums.toRecord(segment)),
      keys: shares.map(({ keys }) => keys.toRecord()),
      offsets: this.#ranges(),
      digest: digestText(this.#digest),
    };
  }

  comparisons(): readonly ComparisonRecord[] {
    const window = { lane: this.#settings.lane, windowStart: this.#start, windowEnd: this.#end };
    return [...this.#pairs.toRecords(window), ...this.#recovered.toRecords(window)];
  }

  #shareOf(segment: Segment | null): SegmentShare {
    const key = segmentKey(segment);
    const known = this.#shares.get(key);
    if (known !== undefined) return known;
    const share = {
      segment,
      sums: new Sums(pairDetailOf(segment, this.#segments)),
      keys: new KeyedOutcomes(maxKeysOf(segment === null ? null : this.#segments)),
    };
    this.#shares.set(key, share);
    return share;
  }

  #use(topic: string, offset: number): void {
    const range = this.#offsets.get(topic);
    if (range === undefined) {
      this.#offsets.set(topic, { first: offset, last: offset });
      return;
    }
    range.first = Math.min(range.first, offset);
    range.last = Math.max(range.last, offset);
  }

  #ranges(): readonly OffsetRange[] {
    const { partition, topics } = this.#settings;
    return [topics.requests, topics.productionResponses, topics.shadowResponses].flatMap((topic) => {
      const range = this.#offsets.get(topic);
      return range === undefined ? [] : [{ topic, partition, ...range }];
    });
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function judged(
  { plan, segments }: WindowSettings,
  { request, production, shadow }: Entry,
): { readonly judgement: Judgement; readonly segments: readonly Segment[] } {
  const judgement = judge(plan, {
    isReadable: request.payload !== null,
    production: production?.result ?? null,
    shadow: shadow.response,
  });
  return { judgement, segments: request.payload === null ? [] : segments.of(request.payload.body) };
}

function findingOf({ plan }: WindowSettings, judgement: Judgement, entry: Entry): Finding {
  const { request, production, shadow } = entry;
  const { status, latencyMs } = shadow.response;
  const isCompared = judgement.outcome === 'compared';
  return {
    notCompared: isCompared ? null : judgement.reason,
    notComparable: isCompared ? null : judgement.notComparable,
    agreed: isCompared && judgement.comparison.outcome === 'agree',
    categories: isCompared ? judgement.comparison.categories : [],
    productionLatencyMs: production?.result.outcome === 'answered' ? production.result.latencyMs : null,
    // A timeout counts with the time waited: left out, a shadow would look the faster the more it fails. A deferred one
    // has a latency only if it timed out.
    shadowLatencyMs: isTimed(status) ? latencyMs : null,
    outputs: outputsOf(plan.kind, judgement, request.exchangeId),
  };
}

function isTimed(status: ShadowStatus | null): boolean {
  return status === 'answered' || status === 'timed_out' || status === 'deferred';
}
