import type { ProcessExit, ProcessGroup } from '@understudy/infra-local';
import type { Random } from './random.ts';
import { type ServiceName, ServiceSlot } from './service-slot.ts';
import { holdsWithin, pause } from './wait-for.ts';

export interface CrewOptions {
  readonly processes: ProcessGroup;
  /** Gets a log of each process, and holds `understudy.yaml` unless `configOf` names another. */
  readonly folder: string;
  readonly random: Random;
  /** Processes of each service at the start. */
  readonly size: Readonly<Record<ServiceName, number>>;
  /** The config file of one process. Default: `understudy.yaml` in the folder. */
  readonly configOf?: (service: ServiceName, number: number) => string;
}

const longestDownMs = 2_000;
/** They start at once, on a machine that may have other work. */
const upWithinMs = 120_000;

/** The services' processes of a proof: ended in every way, and started again as a supervisor would. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #slots: ServiceSlot[] = [];
  readonly #ended: ProcessExit[] = [];
  readonly #failures: unknown[] = [];

  constructor(options: CrewOptions) {
    this.#options = options;
    for (const service of ['shadow-invoker', 'comparator'] as const)
      for (let n = 0; n < options.size[service]; n += 1) this.#addSlot(service);
  }

  get slots(): readonly ServiceSlot[] {
    return this.#slots;
  }

  of(service: ServiceName): readonly ServiceSlot[] {
    return this.#slots.filter((slot) => slot.service === service);
  }

  /** Processes that ended though nobody killed them. */
  get ended(): readonly string[] {
    return this.#ended.map(({ name, code, logFile }) => `${name} ended with code ${code}: ${logFile}`);
  }

  /** Starts all; resolves when all are up. */
  async start(): Promise<void> {
    for (const slot of this.#slots) this.#start(slot);
    await this.untilUp();
  }

  async untilUp(): Promise<void> {
    await this.until('all services to be up', () => this.#slots.every(({ isUp }) => isUp));
  }

  /** One process more; resolves when it has joined. */
  async join(service: ServiceName): Promise<void> {
    const slot = this.#addSlot(service);
    this.#start(slot);
    await this.until(`one more ${service}`, () => slot.isUp);
  }

  /** One process less: it leaves as on SIGTERM, for good. */
  async leave(slot: ServiceSlot): Promise<void> {
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    await slot.process?.stop();
  }

  /** SIGKILL; started again within 2 s. */
  kill(slot: ServiceSlot): void {
    slot.process?.kill('SIGKILL');
    this.#startLater(slot);
  }

  /** SIGTERM, as at a deployment, and a new process right after. */
  async restart(slot: ServiceSlot): Promise<void> {
    await slot.process?.stop();
    this.#start(slot);
    await this.until(`${slot.service} to be up again`, () => slot.isUp);
  }

  freeze(slot: ServiceSlot, forMs: number): void {
    const frozen = slot.process;
    frozen?.kill('SIGSTOP');
    void pause(forMs).then(() => frozen?.kill('SIGCONT'));
  }

  /** To be called for a process that ended by itself: it is started again, as a supervisor would. */
  endedByItself(exit: ProcessExit): void {
    const slot = this.#slots.find(({ process }) => process?.pid === exit.pid);
    if (slot === undefined) return;
    this.#ended.push(exit);
    this.#startLater(slot);
  }

  /** Waits for at most two minutes. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const isOver = await holdsWithin(upWithinMs, 50, () => this.#failures.length > 0 || holds());
    if (!isOver || this.#failures.length > 0)
      throw new Error(`waited in vain for ${what}`, { cause: this.#failures[0] });
  }

  #addSlot(service: ServiceName): ServiceSlot {
    const { processes, folder, configOf } = this.#options;
    const number = this.of(service).length + 1;
    const config = configOf?.(service, number);
    const slot = new ServiceSlot({
      service,
      number,
      processes,
      folder,
      ...(config === undefined ? {} : { config }),
    });
    this.#slots.push(slot);
    return slot;
  }

  #startLater(slot: ServiceSlot): void {
    void pause(this.#options.random.between(0, longestDownMs)).then(() => this.#start(slot));
  }

  #start(slot: ServiceSlot): void {
    slot.start().catch((error: unknown) => this.#failures.push(error));
  }
}
