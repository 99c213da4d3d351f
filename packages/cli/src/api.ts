import type {
  Criterion,
  Interval,
  LatencyQuantiles,
  Ledger,
  Recommendation,
  Segment,
  VerdictValue,
} from '@understudy/schemas-avro';

/** What the console says of a lane, as far as the demo shows it. The demo started that console, so it is of this version. */
export interface LaneReport {
  readonly lane: string;
  /** Recovered requests that are compared are among the compared. */
  readonly ledger: Ledger;
  /** Of the compared: put off at first, and answered later. */
  readonly corrected: number;
  /** Requests that were put off and closed later, by how. */
  readonly recovered: Readonly<Record<string, number>>;
  readonly balanced: boolean;
  readonly agreement: Interval;
  readonly verdict: VerdictValue;
  readonly criteria: readonly Criterion[];
  /** What to do with the verdict; null: an older version gave it. */
  readonly recommendation: Recommendation | null;
  readonly latency: { readonly production: LatencyQuantiles; readonly shadow: LatencyQuantiles };
  readonly segments: readonly SegmentReport[];
  /** How often each side was right, where the truth is known by now; null: it isn't for any pair. */
  readonly labels: LabelsReport | null;
}

export interface LabelsReport {
  readonly labelled: number;
  readonly production: Interval;
  readonly shadow: Interval;
}

export interface SegmentReport {
  readonly segment: Segment;
  readonly agreement: Interval;
  readonly compared: number;
  /** Of the compared. */
  readonly agreed: number;
  readonly margin: number;
  readonly flagged: boolean;
}

/** What the gateway says of the exchanges that it was to record. */
export interface GatewayReport {
  readonly published: number;
  readonly lost: Readonly<Record<string, number>>;
  readonly pending: number;
}

const answerLimitMs = 5_000;

/** Lanes that have closed a window, by name. Throws while the console can't be asked. */
export async function readLanes(consoleUrl: string, signal: AbortSignal): Promise<readonly LaneReport[]> {
  const { lanes } = (await getJson(`${consoleUrl}/api/lanes`, signal)) as { lanes: readonly LaneReport[] };
  return lanes;
}

export async function readGatewayReport(gatewayUrl: string, signal: AbortSignal): Promise<GatewayReport> {
  return (await getJson(`${gatewayUrl}/-/losses`, signal)) as GatewayReport;
}

/** Null: the gateway publishes what it sees; else what keeps it from that. */
export async function readGatewayObstacle(gatewayUrl: string): Promise<string | null> {
  const { detail } = (await getJson(`${gatewayUrl}/-/readyz`)) as {
    detail: { obstacle: { message: string } | null };
  };
  return detail.obstacle?.message ?? null;
}

/** Throws an error that says what was answered. */
export async function getJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(answerLimitMs);
  const response = await fetch(url, {
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
