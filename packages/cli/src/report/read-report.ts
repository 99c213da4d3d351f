import type { Interval } from '@understudy/schemas-avro';
import { getJson, type LaneReport } from '../api.ts';

/** All that a report on a lane is made of, as the console answers it; it is what `--format json` prints. */
export interface ReportData {
  readonly lane: ReportedLane;
  readonly history: readonly ReportedWindow[];
  /** The least alike first. */
  readonly pairs: readonly ReportedPair[];
  /** When it was asked, ms since the epoch. */
  readonly asked: number;
}

/** Times are ms since the epoch. */
export interface ReportedLane extends LaneReport {
  readonly since: number | null;
  readonly windowEnd: number;
  readonly windows: number;
  readonly margin: number;
  readonly band: string | null;
  readonly statistics: readonly ReportedStatistic[];
  readonly alerts: readonly ReportedAlert[];
  readonly resolvedAlerts: readonly ReportedAlert[];
}

/** Null always with a reason. */
export interface ReportedStatistic extends Interval {
  readonly name: string;
  readonly pValue: number | null;
  readonly reason: string | null;
}

export interface ReportedAlert {
  readonly rule: string;
  readonly since: number;
  readonly reason: string;
}

export interface ReportedWindow {
  readonly windowEnd: number;
  /** Since the run began, after this window. */
  readonly agreement: Interval;
  /** In this window alone. */
  readonly windowAgreement: number | null;
  readonly p95: { readonly production: number | null; readonly shadow: number | null };
}

export interface ReportedPair {
  readonly exchangeId: string;
  readonly requestId: string | null;
  readonly score: number;
  readonly production: { readonly says: string };
  readonly shadow: { readonly says: string };
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** @throws an error that says what the console answered */
export async function readReport(consoleUrl: string, lane: string): Promise<ReportData> {
  const url = `${consoleUrl}/api/lanes/${encodeURIComponent(lane)}`;
  const [view, history, pairs] = await Promise.all(
    [url, `${url}/history`, `${url}/pairs`].map((each) => getJson(each)),
  );
  return {
    lane: view as ReportedLane,
    history: (history as { points: ReportData['history'] }).points,
    pairs: (pairs as { pairs: ReportData['pairs'] }).pairs,
    asked: Date.now(),
  };
}
