import type { HistoryPoint, LabelsReport, LaneView, PairView, RunView } from '../src/views.ts';

/** What the page asks its server. */

const limitMs = 10_000;

/** Of windows that end after `after`, the oldest first. */
export async function readHistory(lane: string, after: number): Promise<readonly HistoryPoint[]> {
  const answer = await ask<{ points: HistoryPoint[] }>(`${pathOf(lane)}/history?after=${after}`);
  return answer.points;
}

/** The least alike first. */
export async function readPairs(lane: string): Promise<readonly PairView[]> {
  return (await ask<{ pairs: PairView[] }>(`${pathOf(lane)}/pairs`)).pairs;
}

/** All that labels say of it. */
export async function readLabels(lane: string): Promise<LabelsReport> {
  return ask<LabelsReport>(`${pathOf(lane)}/labels`);
}

function pathOf(lane: string): string {
  return `/api/lanes/${encodeURIComponent(lane)}`;
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(path, { signal: AbortSignal.timeout(limitMs) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

export interface LaneEvents {
  /** All there are: at first, and whenever the connection was lost. */
  readonly onLanes: (lanes: readonly LaneView[]) => void;
  readonly onLane: (lane: LaneView) => void;
  /** It is not shown any more. */
  readonly onGone: (lane: string) => void;
  /** All replays that are shown: at first, and when one has changed. */
  readonly onRuns: (runs: readonly RunView[]) => void;
  readonly onConnected: (isConnected: boolean) => void;
}

/** Follows the lanes for as long as the page is open; the browser connects again by itself. */
export function followLanes(events: LaneEvents): void {
  const { onLanes, onLane, onGone, onRuns, onConnected } = events;
  const source = new EventSource('/api/events');
  source.addEventListener('lanes', ({ data }: MessageEvent<string>) => {
    onLanes((JSON.parse(data) as { lanes: LaneView[] }).lanes);
  });
  source.addEventListener('lane', ({ data }: MessageEvent<string>) => onLane(JSON.parse(data) as LaneView));
  source.addEventListener('gone', ({ data }: MessageEvent<string>) =>
    onGone((JSON.parse(data) as { lane: string }).lane),
  );
  source.addEventListener('runs', ({ data }: MessageEvent<string>) =>
    onRuns((JSON.parse(data) as { runs: RunView[] }).runs),
  );
  source.addEventListener('open', () => onConnected(true));
  source.addEventListener('error', () => {
    onConnected(false);
    // After an answer that is no stream (a full server, a proxy's error page) the browser gives up.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => followLanes(events), reconnectMs);
    }
  });
}

const reconnectMs = 5_000;
