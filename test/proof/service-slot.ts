import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ManagedProcess, ProcessGroup } from '@understudy/infra-local';

export type ServiceName = 'shadow-invoker' | 'comparator';

export interface SlotOptions {
  readonly service: ServiceName;
  readonly number: number;
  readonly processes: ProcessGroup;
  /** Gets a log of each process. */
  readonly folder: string;
  /** Default: `understudy.yaml` in the folder. */
  readonly config?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What a service prints when it has joined its groups. */
const readyLine = /^\{"service":/m;

/** The place of one process of a service: whatever becomes of the process, another can be started in it. */
export class ServiceSlot {
  readonly service: ServiceName;
  readonly #options: SlotOptions;
  #process: ManagedProcess | null = null;
  #started = 0;

  constructor(options: SlotOptions) {
    this.service = options.service;
    this.#options = options;
  }

  get process(): ManagedProcess | null {
    return this.#process;
  }

  get isRunning(): boolean {
    return this.#process?.isRunning === true;
  }

  /** Of the newest process. */
  get log(): string {
    return this.#process === null ? '' : readFileSync(this.#process.logFile, 'utf8');
  }

  /** It runs, and has joined its groups. */
  get isUp(): boolean {
    return this.isRunning && readyLine.test(this.log);
  }

  /** A lane's merger was in the last assignment that it heard of. */
  get hasMerger(): boolean {
    const newest = new Map<string, boolean>();
    for (const line of this.log.split('\n')) {
      if (!line.includes('"assigned"') || !line.endsWith('}')) continue;
      const { group, tasks } = JSON.parse(line) as { group: string; tasks: readonly string[] };
      newest.set(group, tasks.includes('merge'));
    }
    return [...newest.values()].includes(true);
  }

  async start(): Promise<void> {
    const { service, number, processes, folder, config = join(folder, 'understudy.yaml') } = this.#options;
    this.#started += 1;
    const name = `${service}-${number}`;
    this.#process = await processes.spawn({
      name,
      command: process.execPath,
      args: [join(root, 'services', service, 'src', 'main.ts'), '--config', config],
      cwd: root,
      env: { NODE_COMPILE_CACHE: join(folder, 'compiled') }, // they start dozens of times
      logFile: join(folder, `${name}.${this.#started}.log`),
    });
  }
}
