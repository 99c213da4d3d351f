import { Codec, type Divergence } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
import { findingsOf } from '../findings.ts';
import { nothingFound, type RunningState, stateFrom } from '../running-state.ts';
import type { FindingsSettingsAt } from '../findings-settings.ts';
import type { CompleteWindow } from '../merger.ts';
import { segmentKey } from '../segment-key.ts';
import { causesOf } from './causes.ts';
import { noPairs } from './compare-pairs.ts';
import { type ComputedAgain, computeAgain } from './computed-again.ts';
import { deletedInput, deletedPairs, mayBeDeleted } from './deleted.ts';
import { bytesDifference, bytesOf, type Difference, differencesOf, maxTold, or } from './differences.ts';
import { type RecordedWindow, recordsBefore, recordsOf } from './recorded-windows.ts';
import type { Step } from './select-windows.ts';
import { stretchesOf } from './stretches.ts';
import { knowingBounds, type WindowLog } from './window-log.ts';

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

const divergences = new Codec<Divergence>('divergence');

/** A step, and what has to be known of it before it is computed again. */
type Prepared = { readonly step: Step } & (
  | { readonly kind: 'untellable'; readonly reason: string }
  | { readonly kind: 'gap' }
  | {
      readonly kind: 'published';
      readonly window: RecordedWindow;
      readonly records: readonly Divergence[];
      /** Of the window before it; null: it is the run's first. */
      readonly before: readonly Divergence[] | null;
    }
);

/** The records of a window, for the one after it. */
interface Known {
  readonly window: RecordedWindow;
  readonly records: readonly Divergence[];
}

/**
 * Computes windows again from the log, in the order of time, and compares them with what was published. Each input is read
 * once for a stretch of them. Writes nothing.
 *
 * @param steps - that follow each other without a gap
 */
export async function* verifySteps(
  setup: VerifySetup,
  steps: readonly Step[],
): AsyncGenerator<WindowReport, void, undefined> {
  let known: Known | null = null;
  for (const stretch of stretchesOf(steps)) {
    const at: VerifySetup = { ...setup, log: knowingBounds(setup.log) };
    const prepared = await prepare(at, stretch, known);
    const computed = await compute(at, prepared);
    for (const each of prepared) {
      yield { ...boundsOf(each.step), ...verified(setup, each, computed) };
      if (each.kind === 'published') known = each;
    }
  }
}

function boundsOf(step: Step): { readonly windowStart: number; readonly windowEnd: number } {
  if (step.kind === 'gap') return { windowStart: step.from, windowEnd: step.to };
  const { windowStart, windowEnd } = step.window;
  return { windowStart, windowEnd };
}

async function prepare(
  setup: VerifySetup,
  stretch: readonly Step[],
  knownBefore: Known | null,
): Promise<readonly Prepared[]> {
  const windows = stretch.flatMap((step) => (step.kind === 'published' ? [step.window] : []));
  const recorded = await recordsOf(setup.log, setup.lane, windows);
  const prepared: Prepared[] = [];
  let known: Known | null = knownBefore;
  let isHeld = false;
  for (const step of stretch) {
    if (step.kind === 'gap') {
      // Who holds the log from one time on holds it from any later one on.
      const reason: string | null = isHeld ? null : await mayBeDeleted(setup.log, setup.lane, step.from);
      isHeld = reason === null;
      prepared.push(reason === null ? { step, kind: 'gap' } : { step, kind: 'untellable', reason });
      continue;
    }
    const { window } = step;
    const records = recorded.get(window.windowStart) ?? [];
    prepared.push({ step, ...(await prepareWindow(setup, { window, records }, known)) });
    known = { window, records };
  }
  return prepared;
}

async function prepareWindow(
  { log, lane }: VerifySetup,
  { window, records }: Known,
  known: Known | null,
): Promise<
  | Pick<Prepared & { kind: 'untellable' }, 'kind' | 'reason'>
  | Pick<Prepared & { kind: 'published' }, 'kind' | 'window' | 'records' | 'before'>
> {
  const untellable = (reason: string) => ({ kind: 'untellable', reason }) as const;
  const [whole] = records;
  if (!whole?.receipt) return untellable('it was published without a receipt');
  const { earliest } = whole.window.corrections;
  const deleted = (await deletedInput(log, whole.receipt)) ?? (await deletedPairs(log, lane, earliest));
  if (deleted !== null) return untellable(deleted);
  if (window.previousEnd === lane.ready.run.start)
    return { kind: 'published', window, records, before: null };
  // Where it was judged again later than this one, its newest records are not those that went into this one.
  const isBefore = known?.window.windowEnd === window.previousEnd && known.window.until <= window.from;
  const before = isBefore ? known.records : await recordsBefore(log, lane, window);
  if (before.length === 0) return untellable(withoutSums(window));
  return { kind: 'published', window, records, before };
}

/** Of all that can be told, and what lies between. */
async function compute({ log, lane }: VerifySetup, prepared: readonly Prepared[]): Promise<ComputedAgain> {
  const tellable = prepared.filter(({ kind }) => kind !== 'untellable');
  const [first, last] = [tellable[0], tellable.at(-1)];
  if (first === undefined || last === undefined) return { windows: new Map(), pairs: new Map(), open: null };
  return computeAgain(log, lane, {
    from: boundsOf(first.step).windowStart,
    to: boundsOf(last.step).windowEnd,
    published: tellable.flatMap((each) => (each.kind === 'published' ? [each.window] : [])),
  });
}

function verified(setup: VerifySetup, prepared: Prepared, computed: ComputedAgain): Verified {
  switch (prepared.kind) {
    case 'untellable':
      return { outcome: 'untellable', reason: prepared.reason };
    case 'gap':
      return verifiedGap(prepared.step, computed);
    case 'published':
      return verifiedWindow(setup, prepared, computed);
  }
}

/** Nothing was published: the same is that nothing was sampled. */
function verifiedGap(step: Step, { windows, open }: ComputedAgain): Verified {
  const { windowStart, windowEnd } = boundsOf(step);
  const sampled = [...windows.values()].find(
    (each) => each.windowStart >= windowStart && each.windowStart < windowEnd,
  );
  if (sampled !== undefined) return unpublished(sampled);
  if (open !== null && open.fromMs < windowEnd) return stillOpen(open);
  return { outcome: 'same', requests: 0, pairs: 0, bytes: 0, otherVersion: null };
}

function verifiedWindow(
  { settingsAt }: VerifySetup,
  { window: { windowStart, windowEnd }, records: published, before }: Prepared & { kind: 'published' },
  computed: ComputedAgain,
): Verified {
  if (computed.open !== null && computed.open.fromMs < windowEnd) return stillOpen(computed.open);
  const settings = settingsAt(windowStart);
  const window = computed.windows.get(windowStart);
  const found =
    window === undefined
      ? []
      : withReceiptOf(published, findingsOf(settings, stateBefore(before ?? [], settingsAt), window).records);
  const comparatorVersion = published[0]?.receipt?.comparatorVersion ?? settings.comparatorVersion;
  const bytes = bytesOf(divergences, published);
  const inBytes = bytesDifference('divergence', bytes, bytesOf(divergences, found));
  const fields = inBytes.length === 0 ? [] : or(divergenceDifferences(published, found), inBytes);
  const pairs = computed.pairs.get(windowStart) ?? noPairs;
  if (fields.length > 0 || pairs.differing > 0) {
    return {
      outcome: 'differs',
      count: fields.length + pairs.differing,
      differences: [...fields.slice(0, maxTold), ...pairs.differences],
      causes: causesOf({ published, settings, fields, pairs }),
    };
  }
  return {
    outcome: 'same',
    requests: published[0]?.window.ledger.sampled ?? 0,
    pairs: pairs.count,
    bytes: bytes.length + pairs.bytes,
    otherVersion: comparatorVersion === settings.comparatorVersion ? null : comparatorVersion,
  };
}

/** Who published it, and under which settings that judge nothing, is no difference by itself: {@link causesOf} names it. */
function withReceiptOf(
  published: readonly Divergence[],
  computed: readonly Divergence[],
): readonly Divergence[] {
  const before = published[0]?.receipt;
  if (!before) return computed;
  const { comparatorVersion, keepHash, alertsHash } = before;
  return computed.map((record) =>
    record.receipt === null
      ? record
      : { ...record, receipt: { ...record.receipt, comparatorVersion, keepHash, alertsHash } },
  );
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

function stillOpen({ partition }: { readonly partition: number }): Verified {
  const reason = `the log of partition ${partition} ends before the window closes: it is not over yet, or what closed it is gone`;
  return { outcome: 'untellable', reason };
}

function unpublished({ windowStart, parts }: CompleteWindow): Verified {
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
