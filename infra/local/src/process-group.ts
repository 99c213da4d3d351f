import { dataFolder } from './home.ts';
import { cleanUpLeftovers, InstanceFolder } from './instance-folder.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessExit, ProcessSpec } from './managed-process.ts';
import { onStopRequest } from './stop-requests.ts';
import type { StopReason } from './stop-requests.ts';

export interface ProcessGroupOptions {
  /** The data folder. Default: `dataFolder()`. */
  readonly home?: string;
  /** Called when a process ends that nobody asked to end. Default: nothing. */
  readonly onExit?: (exit: ProcessExit) => void;
}

/**
 * Everything that starts processes uses one of these: it knows all of them and ends all of them.
 *
 * The list is kept on disk too, under the data folder: what a kill -9 of this process leaves behind is ended by the next start, by pid and start time. When this
 * process exits without having called `stop`, what still runs is killed on the way out.
 */
export class ProcessGroup {
  readonly home: string;
  readonly #instance: InstanceFolder;
  readonly #onExit: (exit: ProcessExit) => void;
  readonly #running = new Set<ManagedProcess>();
  readonly #killAll = (): void => {
    for (const child of this.#running) child.killGroup();
  };
  #leftoversEnded: Promise<unknown> | null = null;
  #stopped: Promise<void> | null = null;
  #removeHandlers: () => void = () => {};

  constructor({ home = dataFolder(), onExit = () => {} }: ProcessGroupOptions = {}) {
    this.home = home;
    this.#instance = new InstanceFolder(home);
    this.#onExit = onExit;
    process.once('exit', this.#killAll);
  }

  /** This instance's folder, for logs and data; `stop` removes it. */
  get folder(): string {
    return this.#instance.path;
  }

  /** Ends what an earlier start left behind, once. Every start waits for it; call it before choosing ports or folders that a leftover may still hold. */
  async endLeftovers(): Promise<void> {
    this.#leftoversEnded ??= cleanUpLeftovers(this.home);
    await this.#leftoversEnded;
  }

  /** Starts a process; resolves when it is ready. Throws ProcessError when it is not, with the last lines of its log. */
  async spawn(spec: ProcessSpec): Promise<ManagedProcess> {
    let isReady = false;
    const child = await this.#start(spec, (exit) => {
      if (isReady && !exit.asked) this.#onExit(exit);
    });
    isReady = spec.readyLine === undefined;
    await child.untilReady();
    isReady = true;
    return child;
  }

  /** Runs a command to its end. Throws ProcessError if it fails or takes longer than `withinMs`. */
  async run(spec: Omit<ProcessSpec, 'readyLine'>, withinMs: number): Promise<void> {
    const child = await this.#start(spec, () => {});
    await child.untilDone(withinMs);
  }

  /**
   * Stops all, the last started first, each with SIGTERM and, when its time is over, SIGKILL. Nothing can be started any more. Removes the instance's folder,
   * unless asked to keep it for its logs: then the next start of anything removes it. A second call waits for the first.
   */
  stop({ keepFolder = false }: { keepFolder?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#stopAll(keepFolder);
    return this.#stopped;
  }

  /**
   * From now on SIGINT, SIGTERM, SIGHUP and the loss of the parent stop all, then call `onStopped` (default: exit with 128 + the signal's number). A second Ctrl-C
   * kills all and exits at once. `stop` takes the handlers away again.
   */
  installSignalHandlers(onStopped: (reason: StopReason) => void = exitAfter): void {
    this.#removeHandlers = onStopRequest({
      stop: async (reason) => {
        await this.stop();
        onStopped(reason);
      },
      killNow: (reason) => {
        this.#killAll();
        exitAfter(reason);
      },
    });
  }

  async #start(spec: ProcessSpec, onExit: (exit: ProcessExit) => void): Promise<ManagedProcess> {
    await this.endLeftovers();
    if (this.#stopped !== null) throw new Error(`${spec.name} is not started: everything is being stopped`);
    return ManagedProcess.start(spec, (child) => {
      this.#instance.add(child.name, child.pid);
      this.#running.add(child);
      void child.exited.then((exit) => {
        this.#running.delete(child);
        this.#instance.remove(child.pid);
        onExit(exit);
      });
    });
  }

  async #stopAll(keepFolder: boolean): Promise<void> {
    const failures: unknown[] = [];
    for (const child of [...this.#running].reverse()) {
      await child.stop().catch((error: unknown) => failures.push(error));
    }
    this.#removeHandlers();
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
    process.off('exit', this.#killAll);
    if (!keepFolder) this.#instance.delete();
  }
}

function exitAfter(reason: StopReason): void {
  process.exit(reason.exitCode);
}
