import type { Divergence } from '@understudy/schemas-avro';
import { type LaneWatch } from '../alerts/watch-lane.ts';
import { findingsOf } from '../findings.ts';
import { Merger } from '../merger.ts';
import { nothingFound } from '../running-state.ts';
import { rejoin } from '../verify/rejoin.ts';
import type { VerifySetup } from '../verify/verify-steps.ts';
import { windowSettings } from '../window-settings.ts';
import { type Injection, Injector } from './injections.ts';

/** What came of one injection. Times are of the log, ms. */
export interface Trial {
  readonly name: string;
  /** Requests that it hit. */
  readonly injected: number;
  /** Compared, and answered differently. */
  readonly diverging: number;
  readonly compared: number;
  readonly windows: number;
  /** The first alert, and how long after the start of the first window it fired; null: none did. */
  readonly alert: { readonly rule: string; readonly afterMs: number } | null;
  /** All alerts that fired. */
  readonly alerts: number;
  readonly verdict: string;
  /** Share that agrees by window, null where nothing was compared. */
  readonly agreement: readonly (number | null)[];
}

export interface TrialOptions {
  readonly setup: VerifySetup;
  /** Window boundaries, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly watch: LaneWatch;
}

/** Judges a stretch of recorded traffic as if the shadow had gone wrong in one way, from no sums on. Nothing is written. */
export async function tryInjection(
  injection: Injection,
  { setup, from, to, watch }: TrialOptions,
): Promise<Trial> {
  const { log, lane, settingsAt } = setup;
  const { windowMs } = lane.ready.experiment;
  const merger = new Merger({ partitions: lane.partitions, windowMs, next: from, maxHeld: Infinity });
  const injector = new Injector(injection, windowSettings(lane, 0));
  let parts = 0;
  for (let partition = 0; partition < lane.partitions; partition += 1) {
    const alter = injector.alter.bind(injector);
    for await (const { part } of rejoin(log, { lane, partition, from, to, alter })) merger.add(part, parts++);
  }
  let state = nothingFound;
  let newest: Divergence | null = null;
  let alert: Trial['alert'] = null;
  let alerts = 0;
  const agreement: (number | null)[] = [];
  for (let window = merger.take(to); window !== null; window = merger.take(to)) {
    const found = findingsOf({ ...settingsAt(window.windowStart), watch }, state, window);
    state = found.state;
    newest = found.records[0] ?? newest;
    agreement.push(newest?.window.agreement.estimate ?? null);
    for (const { rule, state: of } of found.alerts) {
      if (of !== 'firing') continue;
      alerts += 1;
      alert ??= { rule, afterMs: window.windowEnd - from };
    }
  }
  const sums = newest?.running.sums;
  return {
    name: injection.name,
    injected: injector.injected,
    compared: sums?.ledger.compared ?? 0,
    diverging: (sums?.ledger.compared ?? 0) - (sums?.agreed ?? 0),
    windows: agreement.length,
    alert,
    alerts,
    verdict: newest?.verdict?.verdict ?? 'inconclusive',
    agreement,
  };
}
