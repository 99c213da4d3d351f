import { alertsHash, type Config, type ExperimentConfig } from '@understudy/config';
import { perRevision } from '@understudy/streams';
import packageJson from '../package.json' with { type: 'json' };
import { type LaneWatch, laneWatch } from './alerts/watch-lane.ts';
import type { ComparatorLane } from './comparator-lane.ts';

/** What a window is judged by: the same for all of one revision. */
export interface FindingsSettings {
  readonly lane: string;
  readonly experiment: ExperimentConfig;
  /** The experiment's revision. */
  readonly revision: number;
  readonly watch: LaneWatch;
  readonly configHash: string;
  readonly comparingHash: string;
  /** Of the rules that `watch` has. */
  readonly alertsHash: string;
  readonly comparatorVersion: string;
  /** Start of the run, ms since the epoch. */
  readonly runStart: number;
}

/** By the start of a window, ms since the epoch: of the revision in force then. */
export type FindingsSettingsAt = (windowStart: number) => FindingsSettings;

/** What the windows of a lane are judged by. @param alerts - those of the whole config */
export function findingsSettings(
  { ready, name: lane }: ComparatorLane,
  alerts: Config['alerts'],
): FindingsSettingsAt {
  const { run, timeline } = ready;
  return perRevision(timeline, ({ experiment, number, configHash, comparingHash }) => ({
    lane,
    experiment,
    revision: number,
    watch: laneWatch(lane, experiment, { ...alerts, isOn: run.alerts }),
    configHash,
    comparingHash,
    alertsHash: alertsHash(experiment, alerts, run.alerts),
    comparatorVersion: packageJson.version,
    runStart: run.start,
  }));
}
