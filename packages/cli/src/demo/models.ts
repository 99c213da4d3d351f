import { type ModelName, modelServerFile } from '@understudy/example-mortgage';
import type { ManagedProcess, ProcessGroup } from '@understudy/infra-local';
import { join } from 'node:path';
import { spawnAnnounced } from '../stage/announced-process.ts';

/** A model server that can die and come back at the same address. */
export class ModelProcess {
  readonly url: string;
  readonly #processes: ProcessGroup;
  readonly #model: ModelName;
  #current: ManagedProcess;

  /** On any free port. */
  static async start(processes: ProcessGroup, model: ModelName): Promise<ModelProcess> {
    return new ModelProcess(processes, model, await spawn(processes, model, '0'));
  }

  private constructor(processes: ProcessGroup, model: ModelName, { url, process }: Spawned) {
    this.#processes = processes;
    this.#model = model;
    this.#current = process;
    this.url = url;
  }

  /** As a crash does it: what is under way is lost. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#current.kill('SIGKILL');
    await this.#current.exited;
  }

  /** Resolves when it answers again. */
  async restart(): Promise<void> {
    const { process } = await spawn(this.#processes, this.#model, new URL(this.url).port);
    this.#current = process;
  }
}

interface Spawned {
  readonly url: string;
  readonly process: ManagedProcess;
}

async function spawn(processes: ProcessGroup, model: ModelName, port: string): Promise<Spawned> {
  const { process: spawned, announced } = await spawnAnnounced(processes, {
    name: `the model "${model}"`,
    command: process.execPath,
    args: [modelServerFile, '--model', model, '--port', port],
    logFile: join(processes.folder, `model-${model}.log`),
    announcement: /^\{"listening":/,
  });
  return { url: (announced as { listening: string }).listening, process: spawned };
}
