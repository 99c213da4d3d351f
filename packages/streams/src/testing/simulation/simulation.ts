import { createLogger, createMetrics } from '@understudy/telemetry';
import type { IncomingRecord, OutgoingRecord } from '../../client/records.ts';
import type { OpenTask } from '../../tasks/stream-task.ts';
import { createTaskMetrics } from '../../tasks/task-metrics.ts';
import type { TaskPlan } from '../../tasks/task-plan.ts';
import type { TaskPorts } from '../../tasks/task-ports.ts';
import type { TaskState } from '../../tasks/task-state.ts';
import { Network, noTrouble, type Trouble } from './network.ts';
import type { Random } from './random.ts';
import { SimulatedBroker } from './simulated-broker.ts';
import { SimulatedGroup } from './simulated-group.ts';
import { SimulatedMember } from './simulated-member.ts';
import { SimulatedTransactions } from './simulated-transactions.ts';
import { type Process, World } from './world.ts';

export interface SimulationOptions {
  /** The same seed is the same run. */
  readonly seed: number;
  /** Ms since the epoch. */
  readonly startMs: number;
  /** How many partitions each topic has. */
  readonly topics: ReadonlyMap<string, number>;
  readonly groupId: string;
  readonly plan: TaskPlan;
  /** Opens tasks of the plan, in one member: what a task asks or waits for goes through that member's ports. */
  readonly openTask: (ports: TaskPorts) => OpenTask;
  /** Members at the start, and about so many all the time. */
  readonly members: number;
  /** Default none. */
  readonly trouble?: Trouble;
}

/** Between two joins or leaves without a reason, in the mean. */
const changeMs = 15_000;
/** Until a process that was killed is replaced, at the most. */
const replacedMs = 5_000;
const longestScriptMs = 3_600_000;
const turnMs = 1_000;

const metrics = createTaskMetrics(createMetrics({ service: 'simulation' }));
const logger = createLogger({ service: 'simulation', level: 'silent' });

/**
 * Runs a group's tasks, the project's own runners, over a simulated log and time. Who writes the inputs writes them with
 * {@link append} and {@link writer}, at times that it waits for with {@link sleep}.
 *
 *     const simulation = new Simulation({ seed, startMs: 0, topics, groupId, plan, openTask, members: 3, trouble });
 *     await simulation.runUntilDone((async () => { await simulation.sleep(100); simulation.append(record); })());
 *     simulation.calmDown();
 *     await simulation.runFor(120_000);
 *     const written = simulation.committed('out', 0);
 */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #world: World;
  readonly #broker: SimulatedBroker;
  readonly #network: Network;
  readonly #group: SimulatedGroup;
  readonly #members = new Set<SimulatedMember>();
  /** Of who writes the inputs: nothing happens to them. */
  readonly #outside: Process = { name: 'outside', state: 'runs', frozenUntilMs: 0 };
  readonly #outsideNetwork: Network;
  #isCalm: boolean;
  #named = 0;

  constructor(options: SimulationOptions) {
    const { seed, startMs, topics, plan, trouble = noTrouble, members } = options;
    this.#options = options;
    this.#world = new World(seed, startMs);
    this.#broker = new SimulatedBroker(this.#world, topics);
    this.#network = new Network(this.#world, trouble, (process) => this.#killed(process));
    this.#outsideNetwork = new Network(this.#world, noTrouble, () => {});
    this.#group = new SimulatedGroup(this.#world, plan);
    this.#isCalm = options.trouble === undefined;
    for (let n = 0; n < members; n += 1) this.#join();
    if (!this.#isCalm) this.#changeAtTimes();
  }

  get random(): Random {
    return this.#world.random;
  }

  get nowMs(): number {
    return this.#world.nowMs;
  }

  /** Lets everything happen that does within so much time. */
  runFor(ms: number): Promise<void> {
    return this.#world.runUntil(this.#world.nowMs + ms);
  }

  /**
   * Lets everything happen until a script, which waits with {@link sleep}, has come to its end.
   *
   * @throws what the script throws; an Error where it has not come to its end after an hour
   */
  async runUntilDone(script: Promise<void>): Promise<void> {
    const limitMs = this.#world.nowMs + longestScriptMs;
    const progress = { isOver: false };
    const watched = script.finally(() => {
      progress.isOver = true;
    });
    watched.catch(() => {}); // awaited below: until then nobody listens
    while (!progress.isOver) {
      if (this.#world.nowMs > limitMs) throw new Error('the script does not come to its end');
      await this.runFor(turnMs);
    }
    await watched;
  }

  /** For who writes the inputs. */
  sleep(ms: number): Promise<void> {
    return this.#world.sleep(this.#outside, ms);
  }

  /** Appends a record at this moment, outside of any transaction. @returns its offset */
  append(record: OutgoingRecord): number {
    return this.#broker.append(record);
  }

  /** Writes in transactions, without trouble. */
  writer(transactionalId: string): Promise<SimulatedTransactions> {
    const [world, broker, network] = [this.#world, this.#broker, this.#outsideNetwork];
    return SimulatedTransactions.takeOver(
      { world, broker, network, process: this.#outside },
      transactionalId,
    );
  }

  /** Retention: what stands in a topic so far is deleted. */
  deleteAll(topic: string): void {
    for (const partition of this.#broker.topic(topic)) partition.deleteBefore(partition.bounds.end);
  }

  /** What is committed of a partition, with records that retention has deleted. */
  committed(topic: string, partition: number): readonly IncomingRecord[] {
    return this.#broker.partition(topic, partition).committed();
  }

  /** Transactions that were committed so far. */
  get commits(): number {
    return this.#broker.commits;
  }

  /** Tasks that are anywhere, and how they are. */
  states(): readonly TaskState[] {
    return [...this.#members].flatMap((member) => [...member.states().values()]);
  }

  /** From now on nothing goes wrong any more; what has gone wrong is still to be mended. */
  calmDown(): void {
    this.#isCalm = true;
    this.#network.trouble = noTrouble;
  }

  /** Every process is killed, and as many begin. */
  restartAll(): void {
    for (const member of this.#members) {
      member.process.state = 'killed';
      this.#members.delete(member);
    }
    for (let n = 0; n < this.#options.members; n += 1) this.#join();
  }

  #join(): void {
    const { groupId, plan, openTask } = this.#options;
    this.#named += 1;
    this.#members.add(
      new SimulatedMember({
        name: `member-${this.#named}`,
        world: this.#world,
        broker: this.#broker,
        network: this.#network,
        group: this.#group,
        groupId,
        plan,
        openTask,
        metrics,
        logger,
      }),
    );
  }

  #killed(process: Process): void {
    for (const member of this.#members) if (member.process === process) this.#members.delete(member);
    this.#world.after(null, this.random.between(0, replacedMs), () => this.#join());
  }

  /** Members join and leave, in good order, while nothing is wrong with them. */
  #changeAtTimes(): void {
    this.#world.after(null, this.random.between(0, 2 * changeMs), () => {
      if (this.#isCalm) return;
      const { members } = this.#options;
      if (this.#members.size > members || (this.#members.size > 1 && this.random.chance(0.5))) {
        const leaving = this.random.pick([...this.#members]);
        this.#members.delete(leaving);
        void leaving.close();
      } else this.#join();
      this.#changeAtTimes();
    });
  }
}
