import type { ProcessExit, ProcessGroup } from '@understudy/infra-local';
import { RawLog } from './oracle/raw-log.ts';
import type { Random } from './random.ts';
import { type ServiceName, ServiceSlot } from './service-slot.ts';
import { holdsWithin, pause } from './wait-for.ts';

export interface ChaosOptions {
  readonly brokers: readonly string[];
  readonly processes: ProcessGroup;
  /** Holds `understudy.yaml`, and gets a log of each process. */
  readonly folder: string;
  readonly random: Random;
  /** Processes to be killed with SIGKILL. */
  readonly kills: number;
  /** Between two faults, on average. */
  readonly everyMs: number;
  /** Longer than the session timeout: others have the tasks when a frozen process wakes. */
  readonly frozenMs: number;
  readonly targets: readonly [Target, ...Target[]];
}

/** A partition that shows when a transaction is being written, and whose it is. */
export interface Target {
  readonly service: ServiceName;
  readonly ofMerger: boolean;
  readonly topic: string;
  readonly partition: number;
}

/** What was done, for people. */
export interface ChaosCounts {
  kills: number;
  /** Of them, processes in which a lane's merger was. */
  killsOfMergers: number;
  /** Of them, a few milliseconds after something was written in a transaction. */
  killsInTransactions: number;
  freezes: number;
}

/** All alike likely. `anywhere` hits processes that are starting too, the others those that have joined their groups. */
const faults = [
  'kill',
  'kill',
  'kill in transaction',
  'kill in transaction',
  'kill anywhere',
  'freeze',
] as const;
/** Faults come as independent ones do, some at once and some long after the last: at most so many times the average. */
const longestCalm = 4;
const longestDownMs = 2_000;
const upWithinMs = 30_000;
const writtenWithinMs = 3_000;
/** A transaction takes some 15 ms. */
const longestAimMs = 15;

/** Two processes of each service, killed and frozen at random points and started again. */
export class Chaos {
  readonly counts: ChaosCounts = { kills: 0, killsOfMergers: 0, killsInTransactions: 0, freezes: 0 };
  readonly #options: ChaosOptions;
  readonly #slots: readonly ServiceSlot[];
  readonly #ended: ProcessExit[] = [];
  readonly #failures: unknown[] = [];

  constructor(options: ChaosOptions) {
    const { processes, folder } = options;
    this.#options = options;
    this.#slots = (['shadow-invoker', 'comparator'] as const).flatMap((service) =>
      [1, 2].map((number) => new ServiceSlot({ service, number, processes, folder })),
    );
  }

  /** Processes that ended though nobody killed them. */
  get ended(): readonly string[] {
    return this.#ended.map(({ name, code, logFile }) => `${name} ended with code ${code}: ${logFile}`);
  }

  /** Starts all; resolves when all are up. */
  async start(): Promise<void> {
    for (const slot of this.#slots) this.#start(slot);
    await this.#until('all services to be up', () => this.#slots.every(({ isUp }) => isUp));
  }

  /** Resolves when the last fault has been made and all are up again. */
  async run(): Promise<void> {
    const { kills, everyMs, random, brokers } = this.#options;
    const log = await RawLog.open(brokers);
    while (this.counts.kills < kills) {
      await pause(Math.min(-Math.log(1 - random.next()), longestCalm) * everyMs);
      const fault = random.pick(faults);
      await this.#until('a process to be hit', () => this.#slots.some(({ isUp }) => isUp));
      if (fault === 'freeze') this.#freeze(this.#anyOf(this.#slots.filter(({ isUp }) => isUp)));
      else if (fault === 'kill in transaction') await this.#killInTransaction(log);
      else if (fault === 'kill') this.#kill(this.#anyOf(this.#slots.filter(({ isUp }) => isUp)));
      else this.#kill(this.#anyOf(this.#slots.filter(({ isRunning }) => isRunning)));
    }
    await log.close();
    await this.#until('all services to be up again', () => this.#slots.every(({ isUp }) => isUp));
  }

  /** To be called for a process that ended by itself: it is started again, as a supervisor would. */
  endedByItself(exit: ProcessExit): void {
    const slot = this.#slots.find(({ process }) => process?.pid === exit.pid);
    if (slot === undefined) return;
    this.#ended.push(exit);
    this.#startLater(slot);
  }

  async #killInTransaction(log: RawLog): Promise<void> {
    const { random, targets } = this.#options;
    const { service, ofMerger, topic, partition } = random.pick(targets);
    const isWritten = await log.grows(topic, partition, writtenWithinMs);
    const victims = this.#slots.filter(
      (slot) => slot.isUp && slot.service === service && (!ofMerger || slot.hasMerger),
    );
    if (!isWritten || victims.length === 0) return;
    await pause(random.between(0, longestAimMs));
    this.counts.killsInTransactions += 1;
    this.#kill(this.#anyOf(victims));
  }

  #kill(slot: ServiceSlot | null): void {
    if (slot === null) return;
    this.counts.kills += 1;
    if (slot.hasMerger) this.counts.killsOfMergers += 1;
    slot.process?.kill('SIGKILL');
    this.#startLater(slot);
  }

  #freeze(slot: ServiceSlot | null): void {
    const frozen = slot?.process;
    this.counts.freezes += 1;
    frozen?.kill('SIGSTOP');
    void pause(this.#options.frozenMs).then(() => frozen?.kill('SIGCONT'));
  }

  #anyOf(slots: readonly ServiceSlot[]): ServiceSlot | null {
    const [first, ...others] = slots;
    return first === undefined ? null : this.#options.random.pick([first, ...others]);
  }

  #startLater(slot: ServiceSlot): void {
    void pause(this.#options.random.between(0, longestDownMs)).then(() => this.#start(slot));
  }

  #start(slot: ServiceSlot): void {
    slot.start().catch((error: unknown) => this.#failures.push(error));
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const isOver = await holdsWithin(upWithinMs, 50, () => this.#failures.length > 0 || holds());
    if (!isOver || this.#failures.length > 0)
      throw new Error(`waited in vain for ${what}`, { cause: this.#failures[0] });
  }
}
