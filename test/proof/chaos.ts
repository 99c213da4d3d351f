import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ManagedProcess, ProcessExit, ProcessGroup } from '@understudy/infra-local';
import type { Random } from './random.ts';
import { holdsWithin, pause } from './wait-for.ts';

export interface ChaosOptions {
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
}

/** What was done, for people. */
export interface ChaosCounts {
  kills: number;
  /** Of them, processes in which a lane's merger was. */
  killsOfMergers: number;
  freezes: number;
}

interface Slot {
  readonly service: 'shadow-invoker' | 'comparator';
  readonly name: string;
  started: number;
  process: ManagedProcess | null;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const longestDownMs = 2_000;
/** Faults come as independent ones do, some at once and some long after the last: at most so many times the average. */
const longestCalm = 4;
/** One fault in so many freezes a process instead of killing it. */
const freezeEvery = 6;
/** One fault in so many hits a process that may be starting; the others hit one that works. */
const anywhereEvery = 8;
const readyLine = /^\{"service":/m;
const upWithinMs = 30_000;

/** Two processes of each service, killed at random points and started again. */
export class Chaos {
  readonly counts: ChaosCounts = { kills: 0, killsOfMergers: 0, freezes: 0 };
  readonly #options: ChaosOptions;
  readonly #slots: readonly Slot[];
  readonly #ended: ProcessExit[] = [];
  readonly #failures: unknown[] = [];

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.#slots = (['shadow-invoker', 'comparator'] as const).flatMap((service) =>
      [1, 2].map((number) => ({ service, name: `${service}-${number}`, started: 0, process: null })),
    );
  }

  /** Processes that ended though nobody killed them. */
  get ended(): readonly string[] {
    return this.#ended.map(({ name, code, logFile }) => `${name} ended with code ${code}: ${logFile}`);
  }

  /** Starts all; resolves when all are up. */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#spawn(slot, readyLine)));
  }

  /** Resolves when the last fault has been made and all run again. */
  async run(): Promise<void> {
    const { kills, everyMs, random } = this.#options;
    for (let faults = 1; this.counts.kills < kills; faults += 1) {
      await pause(Math.min(-Math.log(1 - random.next()), longestCalm) * everyMs);
      const isVictim = faults % anywhereEvery === 0 ? isRunning : isUp;
      await this.#until('a process to be killed', () => this.#slots.some(isVictim));
      const slot = this.#anyOf(this.#slots.filter(isVictim));
      if (slot === null) continue;
      if (faults % freezeEvery === 0) this.#freeze(slot);
      else this.#kill(slot);
    }
    await this.#until('all services to be up again', () => this.#slots.every(isUp));
  }

  /** To be called for a process that ended by itself: it is started again, as a supervisor would. */
  endedByItself(exit: ProcessExit): void {
    const slot = this.#slots.find(({ process }) => process?.pid === exit.pid);
    if (slot === undefined) return;
    this.#ended.push(exit);
    this.#startAgain(slot);
  }

  #anyOf(slots: readonly Slot[]): Slot | null {
    const [first, ...others] = slots;
    return first === undefined ? null : this.#options.random.pick([first, ...others]);
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    if (await holdsWithin(upWithinMs, 50, () => this.#failures.length > 0 || holds())) {
      if (this.#failures.length === 0) return;
    }
    throw new Error(`waited in vain for ${what}`, { cause: this.#failures[0] });
  }

  #kill(slot: Slot): void {
    this.counts.kills += 1;
    if (slot.process !== null && hasMerger(slot.process.logFile)) this.counts.killsOfMergers += 1;
    slot.process?.kill('SIGKILL');
    this.#startAgain(slot);
  }

  #freeze({ process }: Slot): void {
    this.counts.freezes += 1;
    process?.kill('SIGSTOP');
    void pause(this.#options.frozenMs).then(() => process?.kill('SIGCONT'));
  }

  #startAgain(slot: Slot): void {
    slot.process = null;
    void pause(this.#options.random.between(0, longestDownMs))
      .then(() => this.#spawn(slot))
      .catch((error: unknown) => this.#failures.push(error));
  }

  async #spawn(slot: Slot, awaited?: RegExp): Promise<void> {
    const { processes, folder } = this.#options;
    slot.started += 1;
    slot.process = await processes.spawn({
      name: slot.name,
      command: process.execPath,
      args: [
        join(root, 'services', slot.service, 'src', 'main.ts'),
        '--config',
        join(folder, 'understudy.yaml'),
      ],
      cwd: root,
      env: { NODE_COMPILE_CACHE: join(folder, 'compiled') }, // they start dozens of times
      logFile: join(folder, `${slot.name}.${slot.started}.log`),
      ...(awaited !== undefined && { readyLine: awaited }),
    });
  }
}

function isRunning({ process }: Slot): boolean {
  return process?.isRunning === true;
}

/** It has joined its groups. */
function isUp(slot: Slot): boolean {
  return slot.process?.isRunning === true && readyLine.test(readFileSync(slot.process.logFile, 'utf8'));
}

/** Whether the last assignment of one of its groups has the merger in it. */
function hasMerger(logFile: string): boolean {
  const newest = new Map<string, boolean>();
  for (const line of readFileSync(logFile, 'utf8').split('\n')) {
    if (!line.includes('"assigned"')) continue;
    const { group, tasks } = JSON.parse(line) as { group: string; tasks: readonly string[] };
    newest.set(group, tasks.includes('merge'));
  }
  return [...newest.values()].includes(true);
}
