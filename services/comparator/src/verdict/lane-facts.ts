import type { ExperimentConfig } from '@understudy/config';
import { pooledValue } from '@understudy/config';
import type { KeyedUnits, UnitSums } from '@understudy/schemas-avro';
import type { RunningState } from '../running-state.ts';
import { segmentKey } from '../segment-key.ts';
import { allSegments } from '../segments.ts';
import { Sums } from '../sums.ts';
import { dayMs, unitsSince } from '../units/days.ts';
import { nothingKeyed, unfinishedOf, unitsOf } from '../units/keyed-units.ts';
import { noUnits } from '../units/unit-sums.ts';
import type { SegmentFacts, VerdictFacts } from './facts.ts';

/** What a lane's verdict is made of, as its run stands. */
export function laneFacts(experiment: ExperimentConfig, state: RunningState): VerdictFacts {
  const lane = keyedOf(state, '');
  const until = state.until ?? 0;
  const today = Math.floor((until - 1) / dayMs);
  const unfinished = unfinishedOf(lane);
  const within = (from: number, to: number, open: UnitSums): UnitSums =>
    unitsSince(state.days, { from, until: to, unfinished: open });
  return {
    experiment,
    units: unitsOf(lane),
    recent: {
      today: within(today, today, unfinished),
      yesterday: within(today - 1, today - 1, noUnits),
      week: within(today - 6, today, unfinished),
    },
    segments: allSegments(experiment.segments).map(({ margin, ...segment }): SegmentFacts => ({
      segment,
      margin,
      isDeclared: segment.value !== pooledValue,
      units: unitsOf(keyedOf(state, segmentKey(segment))),
    })),
    sums: state.sums.get('') ?? new Sums().toRecord(null),
    since: state.since,
    windowEnd: until,
    cells: state.cells,
    firing:
      state.alerts.length > 0
        ? state.alerts.flatMap(({ rule, firing }) => (firing === null ? [] : [rule]))
        : null,
  };
}

function keyedOf({ units }: RunningState, key: string): KeyedUnits {
  return units.get(key) ?? nothingKeyed;
}
