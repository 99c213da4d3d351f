import type { Logger } from '@understudy/telemetry';
import { AssignedTasks } from '../../tasks/assigned-tasks.ts';
import type { OpenTask } from '../../tasks/stream-task.ts';
import type { TaskMetrics } from '../../tasks/task-metrics.ts';
import type { TaskInput, TaskPlan } from '../../tasks/task-plan.ts';
import type { FetchControl, GroupOffsets, TaskPorts } from '../../tasks/task-ports.ts';
import type { TaskState } from '../../tasks/task-state.ts';
import { Ticker } from '../../tasks/ticker.ts';
import type { Network } from './network.ts';
import type { SimulatedBroker } from './simulated-broker.ts';
import type { GroupAssignment, SimulatedGroup } from './simulated-group.ts';
import { SimulatedTransactions } from './simulated-transactions.ts';
import type { Process, World } from './world.ts';

export interface MemberOptions {
  readonly name: string;
  readonly world: World;
  readonly broker: SimulatedBroker;
  readonly network: Network;
  readonly group: SimulatedGroup;
  readonly groupId: string;
  readonly plan: TaskPlan;
  readonly openTask: (ports: TaskPorts) => OpenTask;
  readonly metrics: TaskMetrics;
  readonly logger: Logger;
}

interface Reading {
  readonly input: TaskInput;
  position: number;
}

const heartbeatMs = 1_000;
const fetchWaitMs = 100;
const mostFetched = 40;
const unanswered = { code: 'kafka-unavailable', afterMs: 15_000 } as const;

/** One process with its share of the group: the project's own tasks, over a consumer of the simulated log. */
export class SimulatedMember {
  readonly process: Process;
  readonly #options: MemberOptions;
  readonly #tasks: AssignedTasks;
  readonly #paused = new Set<string>();
  #readings = new Map<string, Reading>();
  #generation = -1;
  #isLeaving = false;

  constructor(options: MemberOptions) {
    const { name, groupId, plan, openTask, metrics, logger } = options;
    this.#options = options;
    this.process = { name, state: 'runs', frozenUntilMs: 0 };
    const ports = this.#ports();
    this.#tasks = new AssignedTasks({
      groupId,
      plan,
      ports,
      metrics,
      logger: logger.child({ member: name }),
      openTask: openTask(ports),
    });
    void this.#beat();
    void this.#read();
  }

  states(): ReadonlyMap<string, TaskState> {
    return this.#tasks.states();
  }

  /** Stops its tasks, then leaves the group. */
  async close(): Promise<void> {
    const { group, network } = this.#options;
    this.#isLeaving = true;
    await this.#tasks.close();
    await network.request(this.process, () => group.leave(this.process.name), unanswered).catch(() => {});
    this.process.state = 'killed';
  }

  #ports(): TaskPorts {
    const { world, broker, network } = this.#options;
    const { process } = this;
    const ask = <T>(serve: () => T): Promise<T> => network.request(process, serve, unanswered);
    const offsets: GroupOffsets = {
      bounds: (topic) => ask(() => broker.topic(topic).map(({ bounds }) => bounds)),
      offsetsAtTime: (topic, timeMs, partitions) =>
        ask(() =>
          broker
            .topic(topic)
            .filter(({ partition }) => partitions?.includes(partition) ?? true)
            .map((partition) => partition.offsetAtTime(timeMs)),
        ),
      committed: (groupId, topics, partitions) =>
        ask(() =>
          topics.flatMap((topic) =>
            partitions.map((partition) => broker.committed(groupId, topic, partition)),
          ),
        ),
    };
    return {
      offsets,
      takeOverId: (groupId, { id }) =>
        SimulatedTransactions.takeOver({ world, broker, network, process }, `${groupId}.${id}`),
      ticks: new Ticker(offsets, { send: (record) => ask(() => broker.append(record)) }),
      fetching: this.#fetching(),
      clock: world.clockOf(process),
    };
  }

  #fetching(): FetchControl {
    return {
      pause: (inputs) => inputs.forEach((input) => this.#paused.add(keyOf(input))),
      resume: (inputs) => inputs.forEach((input) => this.#paused.delete(keyOf(input))),
      seek: (input, offset) => {
        const reading = this.#readings.get(keyOf(input));
        if (reading !== undefined) reading.position = offset;
      },
    };
  }

  async #beat(): Promise<void> {
    const { world, network, group } = this.#options;
    while (!this.#isLeaving) {
      const beat = () => group.heartbeat(this.process.name, this.#generation, this.#tasks.ids);
      const answer = await network.request(this.process, beat, unanswered).catch(() => 'lost' as const);
      if (this.#isLeaving) return;
      if (answer === null) this.#tasks.confirmed();
      else if (answer !== 'lost') this.#assigned(answer);
      await world.sleep(this.process, world.random.between(heartbeatMs / 2, heartbeatMs));
    }
  }

  /** As the client does: it goes back to committed offsets, and pauses outlive a rebalance. */
  #assigned({ generation, tasks }: GroupAssignment): void {
    const { plan, broker, groupId } = this.#options;
    this.#generation = generation;
    const inputs = plan.filter(({ id }) => tasks.includes(id)).flatMap((task) => task.inputs);
    this.#readings = new Map(
      inputs.map((input) => {
        const position = broker.committed(groupId, input.topic, input.partition).offset ?? 0;
        return [keyOf(input), { input, position }];
      }),
    );
    const byTopic = Map.groupBy(inputs, ({ topic }) => topic);
    this.#tasks.assigned(
      new Map([...byTopic].map(([topic, of]) => [topic, of.map(({ partition }) => partition)])),
    );
  }

  async #read(): Promise<void> {
    const { world } = this.#options;
    for (;;) {
      const wanted = [...this.#readings.values()].filter(({ input }) => !this.#paused.has(keyOf(input)));
      const hasRead = wanted.length > 0 && (await this.#fetch(wanted));
      await world.sleep(this.process, hasRead ? 1 : world.random.between(1, fetchWaitMs));
    }
  }

  /** One request for all of them, each answered with a part of what there is. */
  async #fetch(wanted: readonly Reading[]): Promise<boolean> {
    const { network, broker, world } = this.#options;
    const asked = wanted.map((reading) => ({ reading, from: reading.position }));
    const serve = () =>
      asked.map(({ reading: { input }, from }) => {
        const max = world.random.between(1, mostFetched);
        return broker.partition(input.topic, input.partition).fetch(from, max);
      });
    const answers = await network.request(this.process, serve, unanswered).catch(() => []);
    let hasRead = false;
    for (const [index, fetched] of answers.entries()) {
      const { reading, from } = asked[index] ?? {};
      if (reading === undefined || from === undefined || !this.#isCurrent(reading, from)) continue;
      if (fetched === null) {
        this.#paused.add(keyOf(reading.input));
        this.#tasks.outOfRange(reading.input, from);
      } else if (fetched.nextOffset > from) {
        reading.position = fetched.nextOffset;
        this.#tasks.offer(reading.input, fetched.records, fetched.nextOffset);
        hasRead = true;
      }
    }
    return hasRead;
  }

  /** Not what was asked for before a seek, a pause or a rebalance. */
  #isCurrent(reading: Reading, from: number): boolean {
    const key = keyOf(reading.input);
    return this.#readings.get(key) === reading && reading.position === from && !this.#paused.has(key);
  }
}

function keyOf({ topic, partition }: TaskInput): string {
  return `${topic}/${partition}`;
}
