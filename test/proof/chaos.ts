import type { Crew } from './crew.ts';
import { RawLog } from './oracle/raw-log.ts';
import type { Random } from './random.ts';
import type { ServiceName, ServiceSlot } from './service-slot.ts';
import { pause } from './wait-for.ts';

export interface ChaosOptions {
  readonly brokers: readonly string[];
  readonly crew: Crew;
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
const writtenWithinMs = 3_000;
/** A transaction takes some 15 ms. */
const longestAimMs = 15;

/** The crew's processes, killed and frozen at random points and started again. */
export class Chaos {
  readonly counts: ChaosCounts = { kills: 0, killsOfMergers: 0, killsInTransactions: 0, freezes: 0 };
  readonly #options: ChaosOptions;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** Resolves when the last fault has been made and all are up again. */
  async run(): Promise<void> {
    const { kills, everyMs, frozenMs, random, brokers, crew } = this.#options;
    const log = await RawLog.open(brokers);
    while (this.counts.kills < kills) {
      await pause(Math.min(-Math.log(1 - random.next()), longestCalm) * everyMs);
      const fault = random.pick(faults);
      const up = (): readonly ServiceSlot[] => crew.slots.filter(({ isUp }) => isUp);
      await crew.until('a process to be hit', () => up().length > 0);
      if (fault === 'freeze') {
        this.counts.freezes += 1;
        const frozen = this.#anyOf(up());
        if (frozen !== null) crew.freeze(frozen, frozenMs);
      } else if (fault === 'kill in transaction') await this.#killInTransaction(log);
      else if (fault === 'kill') this.#kill(this.#anyOf(up()));
      else this.#kill(this.#anyOf(crew.slots.filter(({ isRunning }) => isRunning)));
    }
    await log.close();
    await crew.untilUp();
  }

  async #killInTransaction(log: RawLog): Promise<void> {
    const { random, targets, crew } = this.#options;
    const { service, ofMerger, topic, partition } = random.pick(targets);
    const isWritten = await log.grows(topic, partition, writtenWithinMs);
    const victims = crew.of(service).filter((slot) => slot.isUp && (!ofMerger || slot.hasMerger));
    if (!isWritten || victims.length === 0) return;
    await pause(random.between(0, longestAimMs));
    this.counts.killsInTransactions += 1;
    this.#kill(this.#anyOf(victims));
  }

  #kill(slot: ServiceSlot | null): void {
    if (slot === null) return;
    this.counts.kills += 1;
    if (slot.hasMerger) this.counts.killsOfMergers += 1;
    this.#options.crew.kill(slot);
  }

  #anyOf(slots: readonly ServiceSlot[]): ServiceSlot | null {
    const [first, ...others] = slots;
    return first === undefined ? null : this.#options.random.pick([first, ...others]);
  }
}
