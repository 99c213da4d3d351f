import { Codec, type Comparison, type Divergence } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
import { findingsOf, nothingFound, type RunningState, stateFrom } from '../findings.ts';
import type { FindingsSettingsAt } from '../findings-settings.ts';
import { segmentKey } from '../window-builder.ts';
import { causesOf } from './causes.ts';
import { countPairs, pairDifferences } from './compare-pairs.ts';
import { type Computed, computeAgain } from './compute-again.ts';
import { deletedInput, deletedPairs, mayBeDeleted } from './deleted.ts';
import { type Difference, differencesOf } from './differences.ts';
import { recordedComparisons, type RecordedWindow, recordsBefore, recordsOf } from './recorded-windows.ts';
import type { WindowLog } from './window-log.ts';

/** What verifying one window, or a run of windows in which nothing was sampled, has come to. */
export type WindowReport = {
  /** ms since the epoch. */
  readonly windowStart: number;
  /** Excluded. More than one window further where nothing was sampled in any of them. */
  readonly windowEnd: number;
} & Verified;

type Verified =
  | {
      readonly outcome: 'same';
      /** Requests sampled. */
      readonly requests: number;
      readonly pairs: number;
      /** Of the values that were compared. */
      readonly bytes: number;
      /** Of the comparator that published it, where that is another one than this. */
      readonly otherVersion: string | null;
    }
  | {
      readonly outcome: 'differs';
      /** In how many fields and pairs. */
      readonly count: number;
      /** The first fields and the first pairs of them, at most 20 each. */
      readonly differences: readonly Difference[];
      /** What can be told of why, as sentences. */
      readonly causes: readonly string[];
    }
  | { readonly outcome: 'untellable'; readonly reason: string };

export interface VerifySetup {
  readonly log: WindowLog;
  /** With codecs that register nothing. */
  readonly lane: ComparatorLane;
  /** Of this version, and the revisions of the log. */
  readonly settingsAt: FindingsSettingsAt;
}

/** Fields, and pairs, that a report holds. */
const maxTold = 20;
const divergences = new Codec<Divergence>('divergence');
const pairs = new Codec<Comparison>('comparison');

/** Computes a published window again from the log, and compares it with what was published. Writes nothing. */
export async function verifyWindow(setup: VerifySetup, window: RecordedWindow): Promise<WindowReport> {
  const { windowStart, windowEnd } = window;
  return { windowStart, windowEnd, ...(await verified(setup, window)) };
}

/**
 * Computes windows again of which nothing was published: the same is that nothing was sampled in them.
 *
 * @param gap - window boundaries, ms since the epoch
 */
export async function verifyGap(
  { log, lane }: VerifySetup,
  gap: { readonly from: number; readonly to: number },
): Promise<WindowReport> {
  const bounds = { windowStart: gap.from, windowEnd: gap.to };
  const deleted = await mayBeDeleted(log, lane, gap.from);
  if (deleted !== null) return { ...bounds, outcome: 'untellable', reason: deleted };
  for (let at = gap.from; at < gap.to;) {
    const computed = await computeAgain(log, lane, at);
    if (computed.kind === 'open') return { ...bounds, ...stillOpen(computed) };
    if (computed.kind === 'window') return { ...bounds, ...unpublished(computed) };
    at = computed.untilMs;
  }
  return { ...bounds, outcome: 'same', requests: 0, pairs: 0, bytes: 0, otherVersion: null };
}

async function verified({ log, lane, settingsAt }: VerifySetup, window: RecordedWindow): Promise<Verified> {
  const settings = settingsAt(window.windowStart);
  const published = await recordsOf(log, lane, window);
  const receipt = published[0]?.receipt ?? null;
  if (receipt === null) return { outcome: 'untellable', reason: 'it was published without a receipt' };
  const earliest = published[0]?.window.corrections.earliest ?? null;
  const deleted = (await deletedInput(log, receipt)) ?? (await deletedPairs(log, lane, earliest));
  if (deleted !== null) return { outcome: 'untellable', reason: deleted };
  const isFirst = window.previousEnd === settings.runStart;
  const before = isFirst ? [] : await recordsBefore(log, lane, window);
  if (!isFirst && before.length === 0) return { outcome: 'untellable', reason: withoutSums(window) };

  const computed = await computeAgain(log, lane, window.windowStart);
  if (computed.kind === 'open') return stillOpen(computed);
  const { comparatorVersion } = receipt;
  const found =
    computed.kind === 'empty'
      ? []
      : findingsOf({ ...settings, comparatorVersion }, stateBefore(before, settingsAt), computed.window)
          .records;
  const compared = await comparePairs({ log, lane }, window, computed);
  const records = bytesOf(divergences, published);
  const fields = or(
    divergenceDifferences(published, found),
    bytesDifference('divergence', records, bytesOf(divergences, found)),
  );
  const differences = [...fields, ...compared.differences];
  const otherVersion = comparatorVersion === settings.comparatorVersion ? null : comparatorVersion;
  if (differences.length > 0) {
    return {
      outcome: 'differs',
      count: differences.length,
      differences: [...fields.slice(0, maxTold), ...compared.differences.slice(0, maxTold)],
      causes: causesOf({ published, settings, differences }),
    };
  }
  const requests = published[0]?.window.ledger.sampled ?? 0;
  return {
    outcome: 'same',
    requests,
    pairs: compared.count,
    bytes: records.length + compared.bytes,
    otherVersion,
  };
}

function stateBefore(records: readonly Divergence[], settingsAt: FindingsSettingsAt): RunningState {
  const [lane] = records;
  return lane === undefined ? nothingFound : stateFrom(records, settingsAt(lane.windowStart));
}

/** By segment; the whole lane's fields have no name before them. */
function divergenceDifferences(
  published: readonly Divergence[],
  computed: readonly Divergence[],
): readonly Difference[] {
  const before = new Map(published.map((record) => [segmentKey(record.segment), record]));
  const now = new Map(computed.map((record) => [segmentKey(record.segment), record]));
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((key) =>
    differencesOf(key, before.get(key) ?? null, now.get(key) ?? null),
  );
}

async function comparePairs(
  { log, lane }: Pick<VerifySetup, 'log' | 'lane'>,
  window: RecordedWindow,
  computed: Computed,
): Promise<{ readonly differences: readonly Difference[]; readonly count: number; readonly bytes: number }> {
  const differences: Difference[] = [];
  let count = 0;
  let bytes = 0;
  for (let partition = 0; partition < lane.partitions; partition += 1) {
    const published = await recordedComparisons(log, lane, { window, partition });
    const now = computed.kind === 'window' ? (computed.comparisons[partition] ?? []) : [];
    const values = bytesOf(pairs, published);
    const field = `comparisons of partition ${partition}`;
    differences.push(
      ...or(pairDifferences(published, now), bytesDifference(field, values, bytesOf(pairs, now))),
    );
    count += countPairs(published);
    bytes += values.length;
  }
  return { differences, count, bytes };
}

function bytesOf<T>(codec: Codec<T>, records: readonly T[]): Buffer {
  return Buffer.concat(records.map((record) => codec.encode(record)));
}

/** Fields may be the same and their order, or how pairs are packed, may not. */
function bytesDifference(field: string, published: Buffer, computed: Buffer): readonly Difference[] {
  if (published.equals(computed)) return [];
  const [before, now] = [published, computed].map(({ length }) => `${length} bytes in another order`);
  return [{ field, published: before ?? null, computed: now ?? null }];
}

function or(differences: readonly Difference[], otherwise: readonly Difference[]): readonly Difference[] {
  return differences.length > 0 ? differences : otherwise;
}

function stillOpen({ partition }: { readonly partition: number }): Verified {
  const reason = `the log of partition ${partition} ends before the window closes: it is not over yet, or what closed it is gone`;
  return { outcome: 'untellable', reason };
}

function unpublished({ window }: Extract<Computed, { kind: 'window' }>): Verified {
  const { windowStart, parts } = window;
  const sampled = parts.reduce((sum, { segments }) => sum + (segments[0]?.ledger.sampled ?? 0), 0);
  const at = new Date(windowStart).toISOString();
  return {
    outcome: 'differs',
    count: 1,
    differences: [{ field: 'window.ledger.sampled', published: null, computed: String(sampled) }],
    causes: [`nothing was published of the window of ${at}, and later windows were`],
  };
}

function withoutSums({ previousEnd }: RecordedWindow): string {
  const at = new Date(previousEnd).toISOString();
  return `the window before it, which ended at ${at}, is no longer in the divergence topic, and its sums went into this one`;
}
