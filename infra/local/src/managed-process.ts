import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { signalGroup } from './instance-folder.ts';
import { lastLogLines, LogReader, logSize } from './log-file.ts';
import { waitUntil } from './wait.ts';

/** What to start, and how to see that it is up. */
export interface ProcessSpec {
  /** For messages: 'kafka broker 1'. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: this process's. */
  readonly cwd?: string;
  /** Receives standard output and standard error; appended to. */
  readonly logFile: string;
  /** The start counts as done when a line of the log matches; without it, at once. */
  readonly readyLine?: RegExp;
  /** Default: 60 s. */
  readonly readyWithinMs?: number;
  /** How long SIGTERM has, before SIGKILL. Default: 10 s. */
  readonly stopWithinMs?: number;
}

/** How a process ended. */
export interface ProcessExit {
  readonly name: string;
  readonly pid: number;
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True if this side ended it: `stop`, `kill`, or the end of its group. */
  readonly asked: boolean;
  readonly lastLogLines: readonly string[];
  readonly logFile: string;
}

/** A process did not come up, or a job failed. The message ends with the last lines of its log and the log's path. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';
  readonly logFile: string;
  readonly lastLogLines: readonly string[];

  constructor(what: string, logFile: string) {
    const lines = lastLogLines(logFile);
    super([`${what}. Its last lines (all of it: ${logFile}):`, ...lines].join('\n  '));
    this.logFile = logFile;
    this.lastLogLines = lines;
  }
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
const KILLED_WITHIN_MS = 10_000;
const PAUSES: ReadonlySet<NodeJS.Signals> = new Set(['SIGSTOP', 'SIGCONT']);

/**
 * One child process, leader of a process group of its own: Ctrl-C in a terminal goes to the foreground group only, so the owner alone decides the order of the
 * end. Its output goes straight to a file: it survives the owner, and no pipe can fill up or break.
 */
export class ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly #spec: ProcessSpec;
  readonly #logStart: number;
  #exit: ProcessExit | null = null;
  #exitAsked = false;

  /** Starts it; `onStarted` runs before anything else can happen. Throws if there is no such command. */
  static async start(
    spec: ProcessSpec,
    onStarted: (process: ManagedProcess) => void,
  ): Promise<ManagedProcess> {
    mkdirSync(dirname(spec.logFile), { recursive: true });
    const logStart = logSize(spec.logFile);
    const child = spawnInto(spec);
    if (child.pid === undefined) throw await startFailure(spec, child);
    const managed = new ManagedProcess(spec, child, child.pid, logStart);
    onStarted(managed);
    return managed;
  }

  private constructor(spec: ProcessSpec, child: ChildProcess, pid: number, logStart: number) {
    this.name = spec.name;
    this.pid = pid;
    this.logFile = spec.logFile;
    this.#spec = spec;
    this.#logStart = logStart;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const { name, logFile } = this;
        this.#exit = {
          name,
          pid,
          code,
          signal,
          asked: this.#exitAsked,
          lastLogLines: lastLogLines(logFile),
          logFile,
        };
        resolve(this.#exit);
      });
    });
  }

  get isRunning(): boolean {
    return this.#exit === null;
  }

  /** Sends a signal to the process (not to its children). Nothing happens if it has ended. */
  kill(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    if (!PAUSES.has(signal)) this.#exitAsked = true;
    process.kill(this.pid, signal);
  }

  /** SIGKILL to the process and all it started, without waiting. */
  killGroup(): void {
    this.#exitAsked = true;
    if (this.isRunning) signalGroup(this.pid, 'SIGKILL');
  }

  /** SIGTERM, and SIGKILL to it and all it started if it has not ended in time. Throws if even that does not end it. */
  async stop(): Promise<void> {
    this.kill('SIGTERM');
    this.kill('SIGCONT'); // a paused process could not hear SIGTERM
    if (await this.#endsWithin(this.#spec.stopWithinMs ?? STOP_WITHIN_MS)) return;
    this.killGroup();
    if (await this.#endsWithin(KILLED_WITHIN_MS)) return;
    throw new Error(`${this.name} (pid ${this.pid}) did not end after SIGKILL: end it by hand`);
  }

  /** Waits for the line that says it is up. Throws ProcessError if it ends or the time is over before that; then it has been stopped. */
  async untilReady(): Promise<void> {
    const { readyLine, readyWithinMs = READY_WITHIN_MS } = this.#spec;
    if (readyLine === undefined) return;
    const log = new LogReader(this.logFile, this.#logStart);
    let isReady = false;
    await waitUntil(
      () => {
        const hasEnded = !this.isRunning; // asked before reading: what it wrote last is still seen
        isReady = log.newLines().some((line) => readyLine.test(line));
        return isReady || hasEnded;
      },
      { withinMs: readyWithinMs },
    );
    if (isReady) return;
    const why = this.isRunning
      ? `was not ready after ${readyWithinMs / 1000} s`
      : `ended at its start (${this.#ending()})`;
    await this.stop();
    throw new ProcessError(`${this.name} ${why}`, this.logFile);
  }

  /** Waits for the end of a job. Throws ProcessError unless it ends with code 0 in time; then it has been stopped. */
  async untilDone(withinMs: number): Promise<void> {
    const ended = await this.#endsWithin(withinMs);
    if (ended && this.#exit?.code === 0) return;
    const why = ended ? `failed (${this.#ending()})` : `did not finish within ${withinMs / 1000} s`;
    await this.stop();
    throw new ProcessError(`${this.name} ${why}`, this.logFile);
  }

  async #endsWithin(withinMs: number): Promise<boolean> {
    const timeUp = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => timeUp.resolve(false), withinMs);
    const ended = await Promise.race([this.exited.then(() => true), timeUp.promise]);
    clearTimeout(timer);
    return ended;
  }

  #ending(): string {
    return this.#exit?.code === null ? `by ${this.#exit.signal}` : `code ${this.#exit?.code}`;
  }
}

function spawnInto(spec: ProcessSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a');
  try {
    return spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      detached: true,
      env: { ...process.env, ...spec.env, UNDERSTUDY_PARENT_PID: String(process.pid) },
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

async function startFailure(spec: ProcessSpec, child: ChildProcess): Promise<Error> {
  const [cause] = (await once(child, 'error').catch((error: unknown) => [error])) as [Error];
  return new Error(`${spec.name} can't be started: ${spec.command}: ${cause.message}`, { cause });
}
