/**
 * The rule for names: `understudy_<room>_<what>_<unit>`.
 *
 * - room: the service or package that counts
 * - what: words of a-z and 0-9 with `_` between them
 * - unit: what a value is measured in. Counters count up and end in `total` (`…_bytes_total` where they add up
 *   bytes); gauges and histograms end in one of the other units.
 */
const rooms = ['gateway', 'client', 'invoker', 'comparator', 'console', 'streams'] as const;
const units = [
  'seconds',
  'bytes',
  'ratio',
  'records',
  'requests',
  'calls',
  'windows',
  'partitions',
  'tasks',
  'lanes',
  'sessions',
  'state',
] as const;

export type MetricKind = 'counter' | 'gauge' | 'histogram';

const start = `understudy_(${rooms.join('|')})(_[a-z][a-z0-9]*)+`;
const counterName = new RegExp(`^${start}_total$`);
const valueName = new RegExp(`^${start}_(${units.join('|')})$`);

/** @throws RangeError that tells the rule, for a name that breaks it */
export function checkMetricName(name: string, kind: MetricKind): void {
  if ((kind === 'counter' ? counterName : valueName).test(name)) return;
  const unit = kind === 'counter' ? 'total' : `one of ${units.join(', ')}`;
  throw new RangeError(
    `${kind} "${name}": a name is understudy_<room>_<what>_<unit>, ` +
      `where the room is one of ${rooms.join(', ')} and the unit of a ${kind} is ${unit}`,
  );
}
