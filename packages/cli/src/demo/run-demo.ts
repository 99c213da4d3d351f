import { laneName } from '@understudy/domain';
import { loadApplicants, trafficHalf } from '@understudy/example-mortgage';
import { once } from 'node:events';
import { onStage, type Stage } from '../stage/on-stage.ts';
import { applications, outcomesOf } from './applications.ts';
import { experiment, lanes, path } from './config-file.ts';
import { counted, paintFor } from '../format.ts';
import { demoDocument } from './json-document.ts';
import { liveView } from './live-view.ts';
import { Outage } from './outage.ts';
import { sendOutcomes } from './outcomes.ts';
import { perform } from './perform.ts';
import { type DemoResult, reportText } from './report.ts';
import { setStage } from './stage.ts';

export interface DemoOptions {
  /** Null: every applicant once. */
  readonly requests: number | null;
  readonly ratePerSecond: number;
  /** Print one JSON document and stop everything, instead of a report that leaves everything running. */
  readonly isJson: boolean;
}

/** From the last answer until all is judged: the rest of its window, a tick, the joining; much, for slow machines. */
const ledgerLimitMs = 90_000;
const outageMs = 5_000;

/**
 * Runs the demo as this process: standard output gets the report or the document, standard error everything else.
 * When something fails it says what, stops everything and ends with code 1; a signal, or the loss of the parent,
 * stops everything at any moment.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  await onStage(async (stage) => {
    const result = await play(options, stage);
    if (options.isJson) {
      say(`\n${reportText(result, paintFor(process.stderr))}`);
      process.stdout.write(`${JSON.stringify(demoDocument(result), null, 2)}\n`);
      return;
    }
    process.stdout.write(`\n${reportText(result, paintFor(process.stdout))}\n`);
    say('Everything stays up until Ctrl-C.');
    stage.staysUp();
    await once(stage.signal, 'abort');
  });
}

async function play(
  { requests: wanted, ratePerSecond }: DemoOptions,
  { processes, signal }: Stage,
): Promise<DemoResult> {
  const startedMs = performance.now();
  const paint = paintFor(process.stderr);
  const onProgress = (text: string): void => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(5);
    say(`${paint('dim', `${seconds} s`)}  ${text}`);
  };
  say(paint('bold', 'Understudy: a model, and two that may replace it, on a Kafka on this machine'));
  const { addresses, configFile, boosted } = await setStage({ processes, onProgress });

  const applicants = trafficHalf(loadApplicants());
  const total = wanted ?? applicants.length;
  onProgress(`Sending ${counted(total, 'mortgage application')} to ${addresses.gateway}${path}`);
  const laneNames = lanes.map(laneName);
  const [released = ''] = laneNames;
  const view = liveView({ stream: process.stderr, lanes: laneNames });
  const outage = new Outage({
    afterRequests: Math.floor(total / 2),
    durationMs: outageMs,
    kill: () => boosted.kill(),
    restart: () => boosted.restart(),
  });
  const { callers, lanes: reports } = await perform({
    addresses,
    path,
    lanes: laneNames,
    requests: applications(applicants, total),
    total,
    ratePerSecond,
    outage,
    outageLane: released,
    onSent: () => sendOutcomes(configFile, { experiment, outcomes: outcomesOf(applicants, total) }),
    ledgerLimitMs,
    view,
    signal,
  });
  onProgress('Every request is accounted for');
  return {
    requests: total,
    applicants: applicants.length,
    outage: { lane: released, durationMs: outageMs, callers },
    lanes: reports,
    addresses,
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
