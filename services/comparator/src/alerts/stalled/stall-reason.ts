import type { Stage, StandingStage } from '@understudy/streams';

export interface StallFacts {
  /** At least one. */
  readonly stalled: readonly StandingStage[];
  /** Tasks of the comparator in this process that a person has to decide about. */
  readonly halted: readonly string[];
  /** Of the stalled joins, the partitions in which production-responses have not come far enough. */
  readonly withoutProduction: readonly number[];
}

/** Who holds the lane up, by partition and input, as a sentence. Who comes first in the way of the data is named. */
export function stallReason({ stalled, halted, withoutProduction }: StallFacts): string {
  const [first] = stalled;
  if (first === undefined) throw new Error('nothing is stalled');
  const { stage } = first;
  const same = stalled.filter((other) => other.stage === stage);
  const partitions = same.map(({ partition }) => partition);
  const seconds = Math.round(Math.max(...same.map(({ forMs }) => forMs)) / 1000);
  const window = new Date(Math.min(...same.map((other) => other.window))).toISOString();
  const who = `${whoStands(stage, partitions)} has stood at the window of ${window} for ${seconds} s`;
  return `by the wall clock: ${who}; ${whatIsMissing(stage, { partitions, withoutProduction })}${haltedText(halted)}`;
}

function whoStands(stage: Stage, partitions: readonly number[]): string {
  switch (stage) {
    case 'invoker':
      return `the shadow-invoker in ${listed(partitions)}`;
    case 'join':
      return `the comparator's join in ${listed(partitions)}`;
    case 'merge':
      return "the comparator's merge";
  }
}

function whatIsMissing(
  stage: Stage,
  { partitions, withoutProduction }: { partitions: readonly number[]; withoutProduction: readonly number[] },
): string {
  switch (stage) {
    case 'invoker':
      return 'requests wait for their shadow-responses: is the shadow up, and the shadow-invoker?';
    case 'join':
      return withoutProduction.length > 0
        ? `production-responses of ${listed(withoutProduction)} have not passed the deadline`
        : `all inputs of ${listed(partitions)} are there`;
    case 'merge':
      return 'the window-parts of all partitions are there';
  }
}

function haltedText(halted: readonly string[]): string {
  if (halted.length === 0) return '';
  return `; halted until a person decides: ${halted.map((task) => `task ${task}`).join(', ')} (the log says why, and \`understudy gaps list\` whether records are gone)`;
}

const maxListed = 10;

function listed(partitions: readonly number[]): string {
  const shown = partitions.slice(0, maxListed).join(', ');
  const more = partitions.length > maxListed ? ` and ${partitions.length - maxListed} more` : '';
  return `${partitions.length === 1 ? 'partition' : 'partitions'} ${shown}${more}`;
}
