/** One shadow of one experiment in one run: the unit of isolation. */
export interface Lane {
  readonly experiment: string;
  readonly shadow: string;
  /** `live`, or the name of a replay. */
  readonly run: string;
}

/** What names of experiments, shadows and runs are made of. No dot: it separates them in a lane's name. */
export const namePattern: RegExp = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** `(experiment).(shadow).(run)`: the lane in topics, keys, metrics and on pages. */
export function laneName(lane: Lane): string {
  return `${lane.experiment}.${lane.shadow}.${lane.run}`;
}
