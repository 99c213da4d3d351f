import type { Config } from '@understudy/config';
import { laneName, nextBoundary, topicNames, windowStart } from '@understudy/domain';
import {
  configuredLane,
  findRun,
  type ReadyLane,
  readTimelines,
  runsOf,
  runTimeline,
  type Streams,
} from '@understudy/streams';
import { comparatorLane } from '../comparator-lane.ts';
import { findingsSettings } from '../findings-settings.ts';
import { comparingCodecs } from './comparing-codecs.ts';
import { maxWindows, selectWindows, type Wanted } from './select-windows.ts';
import { type VerifySetup, verifySteps, type WindowReport } from './verify-steps.ts';
import { kafkaWindowLog } from './window-log.ts';

export interface VerifyLaneOptions {
  readonly config: Config;
  readonly streams: Pick<Streams, 'connection' | 'admin' | 'lookup' | 'registry'>;
  /** `experiment.shadow.run` */
  readonly lane: string;
  readonly wanted: Wanted;
}

/** The command can't be carried out as it was given; the message says what to do. */
class VerifyError extends Error {
  override readonly name = 'VerifyError';
}

/**
 * Verifies windows of a lane, one after the other, in order of time. Reads the log and writes nothing.
 *
 * @throws VerifyError; StreamsError where Kafka or the registry can't be reached
 */
export async function* verifyLane(options: VerifyLaneOptions): AsyncGenerator<WindowReport, void, undefined> {
  const setup = await openToVerify(options);
  const { log, lane } = setup;
  const steps = await selectWindows(log, lane, onBoundaries(options.wanted, lane.ready.run.windowMs));
  if (steps.length === 0) throw new VerifyError(nothingThere(lane.name, options.wanted));
  if (steps.length > maxWindows) {
    throw new VerifyError(
      `${lane.name} has published ${steps.length} windows in that time; ${maxWindows} are verified at once: choose a shorter one.`,
    );
  }
  yield* verifySteps(setup, steps);
}

/** The lane as its log has it, to be read. */
export async function openToVerify({
  config,
  streams,
  lane: name,
}: Omit<VerifyLaneOptions, 'wanted'>): Promise<VerifySetup> {
  const { registry } = streams;
  const { prefix, partitions } = config.kafka;
  const ready = await readyLane({ config, streams, lane: name });
  const lane = comparatorLane({
    ready,
    names: topicNames(prefix),
    prefix,
    partitions,
    codecs: comparingCodecs(registry),
  });
  return { log: kafkaWindowLog(streams), lane, settingsAt: findingsSettings(lane, config.alerts) };
}

/** The lane as the log has it: its experiment's revisions, and its run. Nothing is set up. */
async function readyLane({
  config,
  streams,
  lane: name,
}: Omit<VerifyLaneOptions, 'wanted'>): Promise<ReadyLane> {
  const log = runsOf({ config, ...streams });
  const timelines = await readTimelines(log, null);
  const experiments = [...timelines.values()].map(({ newest }) => newest.experiment);
  const configured = configuredLane({ experiments }, name);
  const timeline = timelines.get(configured?.experiment.name ?? '');
  if (configured === null || timeline === undefined) {
    const lanes = experiments.flatMap((each) => each.shadows.map((of) => `${each.name}.${of.name}.live`));
    throw new VerifyError(
      `There is no lane ${name}. The live lanes of ${log.prefix} are: ${lanes.join(', ')}.`,
    );
  }
  const run = await findRun(log, configured.lane);
  if (run === null)
    throw new VerifyError(`No run of ${laneName(configured.lane)} was ever recorded in ${log.prefix}runs.`);
  timeline.know(Infinity);
  return { ...configured, run, timeline: runTimeline(timeline, run) };
}

function onBoundaries(wanted: Wanted, windowMs: number): Wanted {
  switch (wanted.kind) {
    case 'last':
      return wanted;
    case 'window': {
      const start = windowStart(wanted.start, windowMs);
      if (start === wanted.start) return wanted;
      const [before, after] = [start, start + windowMs].map((ms) => new Date(ms).toISOString());
      throw new VerifyError(`No window begins then. Those around it begin at ${before} and ${after}.`);
    }
    case 'range':
      return {
        kind: 'range',
        from: windowStart(wanted.from, windowMs),
        to: nextBoundary(wanted.to, windowMs),
      };
  }
}

function nothingThere(lane: string, wanted: Wanted): string {
  switch (wanted.kind) {
    case 'last':
      return `${lane} has published no window yet.`;
    case 'window':
      return `${lane} has published nothing of that window and none after it: it is not closed yet, or from before its run.`;
    case 'range':
      return `${lane} has published no window of that time and none after it: none is closed yet, or it is before its run.`;
  }
}
