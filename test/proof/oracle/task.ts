/** What the oracle is told: where to look, and by which rules the windows were to be made. */
export interface OracleTask {
  readonly brokers: readonly string[];
  /** Confluent-compatible API. */
  readonly registryUrl: string;
  readonly prefix: string;
  readonly lanes: readonly LaneRules[];
  /** Records acknowledged to those who wrote the inputs, by topic without prefix; ticks are not among them. */
  readonly acknowledged: Readonly<Record<string, number>>;
  /** How long the last windows may take to close. */
  readonly waitMs: number;
}

/** One lane, `(experiment).(shadow).live`, as its config has it. */
export interface LaneRules {
  readonly experiment: string;
  readonly shadow: string;
  readonly sampling: { readonly rate: number; readonly salt: string };
  readonly windowMs: number;
  /** How long after its request a production response counts. */
  readonly deadlineMs: number;
  /** The delays of the lane's retry topics, as its topics' names and in ms; none: a failure is final. */
  readonly retries: readonly { readonly delay: string; readonly delayMs: number }[];
  /** Top-level field of the answers: the class that is compared. */
  readonly label: string;
  /** Top-level field of the request's body, and the values that are told apart. */
  readonly segment: { readonly field: string; readonly values: readonly string[] };
}

/** Something that is not as the raw log says it has to be. */
export interface Finding {
  /** The name in the fault catalogue: C1 once, C2 equal, C3 acknowledged, C5 positions, C6 settled, C8 accounted for. */
  readonly check: 'C1' | 'C2' | 'C3' | 'C5' | 'C6' | 'C8';
  /** Lane, partition, window, segment, offset: whatever names the place. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

export interface OracleReport {
  readonly findings: readonly Finding[];
  /** What was looked at, for people. */
  readonly counts: Readonly<Record<string, number>>;
}

export function laneOf({ experiment, shadow }: LaneRules): string {
  return `${experiment}.${shadow}.live`;
}
