import type { ManagedProcess } from './managed-process.ts';

/** A process of the cluster that tests may disturb: the same config and data at every start. */
export class RestartableProcess {
  #current: ManagedProcess;
  readonly #start: () => Promise<ManagedProcess>;

  constructor(first: ManagedProcess, start: () => Promise<ManagedProcess>) {
    this.#current = first;
    this.#start = start;
  }

  /** Of the newest start. */
  get pid(): number {
    return this.#current.pid;
  }

  /** Sends a signal, SIGKILL, SIGSTOP, …, and does not wait for what it does. */
  kill(signal: NodeJS.Signals): void {
    this.#current.kill(signal);
  }

  /** Stops it if it still runs. */
  stop(): Promise<void> {
    return this.#current.stop();
  }

  /** Stops it if it still runs, starts it again, and waits until it answers. */
  async restart(): Promise<void> {
    await this.#current.stop();
    this.#current = await this.#start();
  }
}
