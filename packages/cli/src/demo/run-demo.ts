import { laneName } from '@understudy/domain';
import { loadApplicants, trafficHalf } from '@understudy/example-mortgage';
import { ProcessGroup } from '@understudy/infra-local';
import { applications } from './applications.ts';
import { lanes, path } from './config-file.ts';
import { describeError, describeExit } from './failure.ts';
import { counted, paintFor } from './format.ts';
import { demoDocument } from './json-document.ts';
import { liveView } from './live-view.ts';
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

/** A signal asked for the end; the process group stops everything and exits. */
class StopRequested extends Error {}

/**
 * Runs the demo as this process: standard output gets the report or the document, standard error everything else.
 * When something fails it says what, stops everything and ends with code 1; a signal, or the loss of the parent,
 * stops everything at any moment.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const ending = new AbortController();
  const processes = new ProcessGroup({ onExit: (exit) => ending.abort(new Error(describeExit(exit))) });
  let isUp = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => ending.abort(new StopRequested()));
  }
  processes.installSignalHandlers(({ signal, exitCode }) => {
    process.exit(isUp && signal === 'SIGINT' ? 0 : exitCode); // Ctrl-C is how a demo that stays up is to end
  });
  try {
    const result = await play(options, processes, ending.signal);
    if (options.isJson) {
      say(`\n${reportText(result, paintFor(process.stderr))}`);
      process.stdout.write(`${JSON.stringify(demoDocument(result), null, 2)}\n`);
      await processes.stop();
      return;
    }
    process.stdout.write(`\n${reportText(result, paintFor(process.stdout))}\n`);
    say('Everything stays up until Ctrl-C.');
    isUp = true;
    await aborted(ending.signal);
  } catch (error) {
    const reason: unknown = ending.signal.aborted ? ending.signal.reason : error;
    if (reason instanceof StopRequested) {
      say('\nStopping everything.');
      return;
    }
    say(`\n${describeError(reason)}`);
    process.exitCode = 1;
    await processes.stop({ keepFolder: true });
  }
}

async function play(
  { requests: wanted, ratePerSecond }: DemoOptions,
  processes: ProcessGroup,
  signal: AbortSignal,
): Promise<DemoResult> {
  const startedMs = performance.now();
  const paint = paintFor(process.stderr);
  const onProgress = (text: string): void => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(5);
    say(`${paint('dim', `${seconds} s`)}  ${text}`);
  };
  say(paint('bold', 'Understudy: a model, and two that may replace it, on a Kafka on this machine'));
  const addresses = await Promise.race([setStage({ processes, onProgress }), aborted(signal)]);

  const applicants = trafficHalf(loadApplicants());
  const total = wanted ?? applicants.length;
  onProgress(`Sending ${counted(total, 'mortgage application')} to ${addresses.gateway}${path}`);
  const laneNames = lanes.map(laneName);
  const view = liveView({ stream: process.stderr, lanes: laneNames });
  const performed = await perform({
    addresses,
    path,
    lanes: laneNames,
    requests: applications(applicants, total),
    total,
    ratePerSecond,
    ledgerLimitMs,
    view,
    signal,
  });
  onProgress('Every request is accounted for');
  return { requests: total, applicants: applicants.length, addresses, ...performed };
}

/** Never resolves; rejects with the signal's reason. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
