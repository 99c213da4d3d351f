import { type Lane, namePattern } from '@understudy/domain';

/** The lane of a name such as `mortgage.boosted.live`; null for what is none. */
export function laneOf(name: string): Lane | null {
  const [experiment, shadow, run, ...more] = name.split('.');
  if (experiment === undefined || shadow === undefined || run === undefined || more.length > 0) return null;
  return [experiment, shadow, run].every((part) => namePattern.test(part))
    ? { experiment, shadow, run }
    : null;
}
