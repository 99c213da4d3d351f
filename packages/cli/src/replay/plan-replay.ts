import type { Config, ShadowConfig } from '@understudy/config';
import { laneName, namePattern, nextBoundary, windowStart } from '@understudy/domain';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { configuredLane, replaysAtOnce } from '@understudy/streams';
import { UserError } from '../user-error.ts';

/** What a person asks for. Times are ms since the epoch. */
export interface ReplayRequest {
  readonly experiment: string;
  readonly shadow: string;
  /** The name of the new run. */
  readonly run: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Times faster than recorded; null: as fast as its limits allow. */
  readonly speed: number | null;
  /** Judge what this run of the shadow has called, and call nobody; null: call the shadow. */
  readonly rejudge: string | null;
  readonly alerts: boolean;
  /** Calls at the same time, of each shadow-invoker; null: a quarter of the shadow's. */
  readonly concurrency: number | null;
  /** Calls a second at the most; null: no limit. */
  readonly rate: number | null;
}

/**
 * The run to be recorded: its start rounded down and its end up to window boundaries.
 *
 * @throws UserError that says what to change
 */
export function planReplay(config: Config, request: ReplayRequest, nowMs: number): Run {
  const { experiment, shadow, run, fromMs, toMs, speed, rejudge, alerts, concurrency, rate } = request;
  const lane = laneName({ experiment, shadow, run });
  if (!namePattern.test(run) || /^live(?:-\d+)?$/.test(run)) {
    throw new UserError(
      `A run is called by 1 to 40 of a-z, 0-9 and -, and not live, which is taken: not "${run}".`,
    );
  }
  const configured = configuredLane(config, lane);
  if (configured === null) {
    throw new UserError(
      `The config has no shadow ${shadow} of an experiment ${experiment}: a replay calls one that it names.`,
    );
  }
  const { windowMs } = configured.experiment;
  const start = windowStart(fromMs, windowMs);
  const end = nextBoundary(toMs, windowMs);
  if (start >= end || fromMs >= toMs) throw new UserError('--from must be before --to.');
  if (end > nowMs) {
    throw new UserError(
      `The last window ends at ${isoTime(end)}, and that is not over yet: a replay is of the past.`,
    );
  }
  return {
    ...liveRun({ lane, start, windowMs, recorded: nowMs }),
    kind: rejudge === null ? 'replay' : 'rejudge',
    end,
    source: rejudge === null ? null : laneName({ experiment, shadow, run: rejudge }),
    speed,
    rate,
    limits: concurrency === null ? null : limitsFor(configured.shadow, concurrency),
    alerts,
  };
}

/** As many requests for each call as the shadow has. */
function limitsFor(shadow: ShadowConfig, concurrency: number): Run['limits'] {
  const each = Math.max(1, shadow.maxOutstanding / shadow.concurrency);
  return { concurrency, maxOutstanding: Math.ceil(concurrency * each) };
}

/** @throws UserError where so many replays are not over already that one more would have to wait */
export function checkRoom(config: Config, run: Run, runs: ReadonlyMap<string, Run>): void {
  const { open } = replaysAtOnce(config, runs.values());
  const { atOnce } = config.replays;
  if (open.length < atOnce || runs.has(run.lane)) return;
  throw new UserError(
    `There ${atOnce === 1 ? 'is a replay' : `are ${atOnce} replays`} already: ${open.map(({ lane }) => lane).join(', ')}. ` +
      'Wait until one is over, cancel one, or raise replays.atOnce for all services.',
  );
}

/** @throws UserError where the run whose calls are to be judged can't have called all that is asked for */
export function checkSource(run: Run, runs: ReadonlyMap<string, Run>): void {
  if (run.source === null) return;
  const source = runs.get(run.source);
  if (source === undefined || source.kind === 'rejudge') {
    throw new UserError(`There is no run ${run.source} that has called the shadow.`);
  }
  const end = source.state === 'cancelled' ? null : (source.end ?? Infinity);
  if (end === null) throw new UserError(`${run.source} was cancelled: nobody knows what it has called.`);
  if (run.start >= source.start && (run.end ?? Infinity) <= end) return;
  const until = end === Infinity ? 'now' : isoTime(end);
  throw new UserError(
    `${run.source} has called what came from ${isoTime(source.start)} until ${until} only.`,
  );
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
