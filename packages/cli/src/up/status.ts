import type { GatewayReport, LaneReport } from '../api.ts';
import { count, counted, percent } from '../format.ts';

type LaneStatus = Pick<LaneReport, 'lane' | 'ledger' | 'agreement' | 'verdict'>;

/** How things stand, in one line: what the gateway has recorded and lost, and what each lane has found. */
export function statusText({ published, lost }: GatewayReport, lanes: readonly LaneStatus[]): string {
  const losses = Object.entries(lost).map(([reason, number]) => `, ${count(number)} lost (${reason})`);
  return [`${counted(published, 'exchange')} recorded${losses.join('')}`, ...lanes.map(laneText)].join('; ');
}

function laneText({ lane, ledger, agreement, verdict }: LaneStatus): string {
  const { sampled, compared } = ledger;
  const found = `${count(sampled)} sampled, ${count(compared)} compared, ${percent(agreement.estimate)} agree`;
  return `${lane.replace(/\.live$/, '')}: ${found}, ${verdict}`;
}
