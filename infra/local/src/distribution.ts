import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFileLock } from './file-lock.ts';
import { requireMaven } from './java.ts';
import type { ProcessGroup } from './process-group.ts';

/** Where the downloaded software lies. */
export interface Distribution {
  /** Class path with all of Kafka: the server, StorageTool, the console tools. */
  readonly kafkaClassPath: string;
  readonly registryJar: string;
}

const POM_FILE = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url));
const RESOLVED_WITHIN_MS = 15 * 60_000;

/**
 * Kafka and the registry, downloaded by Maven at the first call and kept in `dist/HASH OF THE POM/` of the data folder. That folder appears by one rename when
 * everything is in it: a half-finished download is never mistaken for a whole one, and is begun anew. Two starts at once download once.
 */
export async function resolveDistribution(
  processes: ProcessGroup,
  onProgress: (text: string) => void,
): Promise<Distribution> {
  const hash = createHash('sha256')
    .update(await readFile(POM_FILE))
    .digest('hex')
    .slice(0, 12);
  const folder = join(processes.home, 'dist', hash);
  if (!existsSync(folder)) {
    await requireMaven();
    const onWait = (): void => onProgress('Another start is downloading Kafka: waiting for it');
    await withFileLock(`${folder}.lock`, { withinMs: RESOLVED_WITHIN_MS, onWait }, async () => {
      if (!existsSync(folder)) await download(folder, processes, onProgress);
    });
  }
  return locate(folder);
}

async function download(
  folder: string,
  processes: ProcessGroup,
  onProgress: (text: string) => void,
): Promise<void> {
  onProgress('Downloading Kafka and the schema registry with Maven (about 170 MB, this once)');
  const partial = `${folder}.partial-${process.pid}`;
  await removePartials(join(processes.home, 'dist'));
  await mkdir(partial, { recursive: true });
  await copyFile(POM_FILE, join(partial, 'pom.xml'));
  await processes.run(
    {
      name: 'maven',
      command: 'mvn',
      args: ['--batch-mode', '--no-transfer-progress', 'package'],
      cwd: partial,
      logFile: join(processes.folder, 'maven.log'),
    },
    RESOLVED_WITHIN_MS,
  );
  await rename(partial, folder);
}

/** Called under the lock: whoever began these is gone. */
async function removePartials(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.includes('.partial-'));
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function locate(folder: string): Promise<Distribution> {
  const registryFiles = await readdir(join(folder, 'registry'));
  const registryJar = registryFiles.find((name) => name.endsWith('-runner.jar'));
  if (registryJar === undefined)
    throw new Error(`${folder} has no registry in it: remove that folder and start again`);
  return { kafkaClassPath: join(folder, 'kafka', '*'), registryJar: join(folder, 'registry', registryJar) };
}
