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

/** The lane of a name such as `mortgage.boosted.live`; null for what is none. */
export function laneOf(name: string): Lane | null {
  const [experiment, shadow, run, ...more] = name.split('.');
  if (experiment === undefined || shadow === undefined || run === undefined || more.length > 0) return null;
  return [experiment, shadow, run].every((part) => namePattern.test(part))
    ? { experiment, shadow, run }
    : null;
}
