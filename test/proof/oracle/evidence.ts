import type {
  Alert,
  Comparison,
  Divergence,
  ProductionResponse,
  Request,
  Run,
  ShadowResponse,
  Verdict,
  WindowPart,
} from '@understudy/schemas-avro';
import { type Entry, entriesOf } from './entries.ts';
import { newestJudgements } from './judgements.ts';
import { type Logged, loggedRecords } from './logged.ts';
import { type CommittedPosition, committedPosition } from './positions.ts';
import { RawLog } from './raw-log.ts';
import { recoveriesOf, type Recovery } from './recoveries.ts';
import { type LaneRules, laneOf, type OracleTask } from './task.ts';
import { Values } from './values.ts';
import { type RawRecord, visibleRecords } from './visible-records.ts';

type Partitions<T> = readonly (readonly Logged<T>[])[];

/** What one lane left in the log. */
export interface LaneEvidence {
  readonly rules: LaneRules;
  readonly name: string;
  readonly topics: LaneTopics;
  /** Every record of the lane's run; there has to be one. */
  readonly runs: readonly Run[];
  readonly runStart: number;
  /** What the windows have to be made of, by partition. */
  readonly entries: readonly (readonly Entry[])[];
  readonly shadows: Partitions<ShadowResponse>;
  /** Of the shadow responses, by partition. */
  readonly recoveries: readonly (readonly Recovery[])[];
  /** In the order in which a request passes through them. */
  readonly retries: readonly RetryEvidence[];
  readonly comparisons: Partitions<Comparison>;
  /** By partition of their topic: all of a lane's have to be in one. */
  readonly parts: Partitions<WindowPart>;
  readonly divergences: Partitions<Divergence>;
  readonly verdicts: Partitions<Verdict>;
  readonly alerts: Partitions<Alert>;
}

/** What waited in one retry topic. */
export interface RetryEvidence {
  readonly topic: string;
  readonly delayMs: number;
  readonly copies: Partitions<Request>;
}

export interface LaneTopics {
  readonly requests: string;
  readonly productions: string;
  readonly shadows: string;
  readonly comparisons: string;
}

/** One partition as it stands at the end. */
export interface Settlement {
  readonly topic: string;
  readonly partition: number;
  readonly start: number;
  /** As Kafka's ListOffsets gives it to those who read committed. */
  readonly lastStable: number;
  /** Where reading everything ended. */
  readonly end: number;
  /** Offsets at which transactions begin that have no end. */
  readonly open: readonly number[];
  readonly aborted: number;
}

/** All that the log holds of the run that is judged. */
export interface Evidence {
  readonly requests: Partitions<Request>;
  readonly productions: Partitions<ProductionResponse>;
  readonly deadLetters: readonly RawRecord[];
  readonly lanes: readonly LaneEvidence[];
  /** Every position ever committed by the lanes' groups, in the order of their commits. */
  readonly positions: readonly CommittedPosition[];
  readonly settlements: readonly Settlement[];
}

const offsetsTopic = '__consumer_offsets';

/** Gathers the evidence; again and again, reading on each time. */
export class Witness {
  readonly #task: OracleTask;
  readonly #log: RawLog;
  readonly #values: Values;

  static async open(task: OracleTask): Promise<Witness> {
    return new Witness(task, await RawLog.open(task.brokers));
  }

  private constructor(task: OracleTask, log: RawLog) {
    this.#task = task;
    this.#log = log;
    this.#values = new Values(task.registryUrl);
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  /** Where every topic ends; to see whether anything is still being written. */
  async ends(): Promise<string> {
    const ends: string[] = [];
    for (const topic of this.#topics()) {
      const bounds = await this.#log.bounds(topic);
      ends.push(`${topic} ${bounds.map(({ end }) => end).join(' ')}`);
    }
    return ends.join('\n');
  }

  async evidence(): Promise<Evidence> {
    // Outputs first: what they were made of is then in what is read after them.
    const { prefix } = this.#task;
    const settlements: Settlement[] = [];
    for (const topic of this.#topics()) settlements.push(...(await this.#settlementsOf(topic)));
    const runs = await this.#records<Run>('runs', 'Run');
    const parts = await this.#records<WindowPart>('window-parts', 'WindowPart');
    const divergences = await this.#records<Divergence>('divergence', 'Divergence');
    const verdicts = await this.#records<Verdict>('verdicts', 'Verdict');
    const alerts = await this.#records<Alert>('alerts', 'Alert');
    const requests = await this.#records<Request>('requests', 'Request');
    const productions = await this.#records<ProductionResponse>('production-responses', 'ProductionResponse');
    const lanes: LaneEvidence[] = [];
    for (const rules of this.#task.lanes) {
      const name = laneOf(rules);
      const ofLane = <T extends { readonly lane: string }>(all: Partitions<T>): Partitions<T> =>
        all.map((partition) => partition.filter(({ value }) => value?.lane === name));
      const shadows = await this.#records<ShadowResponse>(`shadow-responses.${name}`, 'ShadowResponse');
      const own = ofLane(runs)
        .flat()
        .flatMap(({ value }) => value ?? []);
      const runStart = own[0]?.start ?? 0;
      const entries = requests.map((ofPartition, partition) =>
        entriesOf(rules, runStart, {
          requests: ofPartition,
          productions: productions[partition] ?? [],
          shadows: shadows[partition] ?? [],
        }),
      );
      lanes.push({
        rules,
        name,
        topics: {
          requests: `${prefix}requests`,
          productions: `${prefix}production-responses`,
          shadows: `${prefix}shadow-responses.${name}`,
          comparisons: `${prefix}comparisons.${name}`,
        },
        runs: own,
        runStart,
        shadows,
        recoveries: shadows.map((ofPartition, partition) =>
          recoveriesOf(rules, ofPartition, entries[partition] ?? []),
        ),
        retries: await this.#retries(rules),
        entries,
        comparisons: newestJudgements(await this.#records<Comparison>(`comparisons.${name}`, 'Comparison')),
        parts: newestJudgements(ofLane(parts)),
        divergences: newestJudgements(ofLane(divergences)),
        verdicts: ofLane(verdicts),
        alerts: ofLane(alerts),
      });
    }
    const deadLetters = (await this.#visible(`${prefix}shadow-dead-letters`)).flat();
    return { requests, productions, deadLetters, lanes, positions: await this.#positions(), settlements };
  }

  #topics(): readonly string[] {
    const shared = [
      'requests',
      'production-responses',
      'shadow-dead-letters',
      'window-parts',
      'divergence',
      'verdicts',
      'alerts',
      'runs',
    ];
    const ofLanes = this.#task.lanes.flatMap((rules) => [
      `shadow-responses.${laneOf(rules)}`,
      `comparisons.${laneOf(rules)}`,
      ...rules.retries.map(({ delay }) => retryTopic(rules, delay)),
    ]);
    return [...shared, ...ofLanes].map((topic) => this.#task.prefix + topic);
  }

  async #retries(rules: LaneRules): Promise<readonly RetryEvidence[]> {
    const retries: RetryEvidence[] = [];
    for (const { delay, delayMs } of rules.retries) {
      const topic = retryTopic(rules, delay);
      const copies = await this.#records<Request>(topic, 'Request');
      retries.push({ topic: this.#task.prefix + topic, delayMs, copies });
    }
    return retries;
  }

  async #visible(topic: string): Promise<readonly (readonly RawRecord[])[]> {
    return (await this.#log.read(topic)).map((partition) => visibleRecords(partition).records);
  }

  async #records<T>(topic: string, name: string): Promise<Partitions<T>> {
    const visible = await this.#visible(this.#task.prefix + topic);
    return Promise.all(
      visible.map((records, partition) => loggedRecords<T>(this.#values, name, partition, records)),
    );
  }

  async #positions(): Promise<readonly CommittedPosition[]> {
    const visible = await this.#visible(offsetsTopic);
    return visible
      .flat()
      .map(committedPosition)
      .filter((position) => position !== null)
      .filter(({ group }) => group.startsWith(this.#task.prefix));
  }

  async #settlementsOf(topic: string): Promise<readonly Settlement[]> {
    const raw = await this.#log.read(topic);
    const bounds = await this.#log.bounds(topic);
    return raw.map((records, partition) => {
      const { open, aborted } = visibleRecords(records);
      const { start = 0, end: lastStable = 0 } = bounds[partition] ?? {};
      return { topic, partition, start, lastStable, end: (records.at(-1)?.offset ?? -1) + 1, open, aborted };
    });
  }
}

function retryTopic(rules: LaneRules, delay: string): string {
  return `shadow-retries.${laneOf(rules)}.${delay}`;
}
