import { setTimeout as delay } from 'node:timers/promises';
import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { findRun, readRuns, StreamsError } from '@understudy/streams';
import { laneText } from '../demo/lane-text.ts';
import { paintFor } from '../format.ts';
import { compareRuns, compareRunsText, runsBeside } from './compare-runs.ts';
import { laneReport } from './lane-report.ts';
import type { OpenReplays } from './open-replays.ts';
import { ProgressReader } from './progress.ts';
import { progressView, TimeLeft } from './progress-view.ts';

const lookEveryMs = 1_000;

/** Shows how far a run is until it is over, then what it found. Ctrl-C leaves the run alone, and says how to come back. */
export async function followRun(open: OpenReplays, run: Run): Promise<void> {
  const detached = new AbortController();
  const detach = (): void => detached.abort();
  process.once('SIGINT', detach);
  const over = await watch(open, run, detached.signal).finally(() => process.off('SIGINT', detach));
  const name = laneOf(run.lane)?.run ?? run.lane;
  if (over === null) {
    process.stdout.write(`\nIt goes on without you. Come back with: understudy replay status ${name}\n`);
    return;
  }
  process.stdout.write(await reportText(open, over));
}

/** The run once it is over; null: nobody wants to watch any more. */
async function watch(open: OpenReplays, { lane }: Run, detached: AbortSignal): Promise<Run | null> {
  const of = laneOf(lane);
  if (of === null) return null;
  const view = progressView(process.stderr);
  const timeLeft = new TimeLeft();
  let reader: ProgressReader | null = null;
  try {
    while (!detached.aborted) {
      const run = await findRun(open.runs, of);
      if (run === null) throw new StreamsError('state-mismatch', `there is no run ${lane}`);
      reader ??= new ProgressReader(open, run);
      const progress = await reader.look();
      const note = run.state === 'paused' ? 'paused' : timeLeft.text(progress, performance.now());
      view.update(progress, note);
      if (run.state === 'ended' || run.state === 'cancelled') return run;
      await delay(lookEveryMs, undefined, { signal: detached }).catch(() => undefined);
    }
    return null;
  } finally {
    view.end();
  }
}

/** What a run has found so far: its lane as the demo's report has it, and its pairs beside those of other runs. */
async function reportText(open: OpenReplays, run: Run): Promise<string> {
  const { newest } = await new ProgressReader(open, run).look();
  const report = laneReport(newest);
  if (report === null) return `${run.lane} is ${run.state}: no request was sampled between its bounds.\n`;
  const lines = [`${run.lane} is ${run.state}.`, '', ...laneText(report, paintFor(process.stdout))];
  for (const other of runsBeside(run, await readRuns(open.runs))) {
    lines.push(compareRunsText(await compareRuns(open, run, other), other.lane));
  }
  return `${lines.join('\n')}\n`;
}
