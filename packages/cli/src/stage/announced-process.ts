import type { ManagedProcess, ProcessGroup, ProcessSpec } from '@understudy/infra-local';
import { readFile } from 'node:fs/promises';

/** A process whose standard output begins with one line of JSON when it is up. */
export interface AnnouncedSpec extends Omit<ProcessSpec, 'readyLine'> {
  /** Recognizes that line. */
  readonly announcement: RegExp;
}

/** Starts it; resolves to it and to what it announced. Rejects with ProcessError, which has the last lines of its log. */
export async function spawnAnnounced(
  processes: ProcessGroup,
  { announcement, ...spec }: AnnouncedSpec,
): Promise<{ readonly process: ManagedProcess; readonly announced: unknown }> {
  const process = await processes.spawn({ ...spec, readyLine: announcement });
  const lines = (await readFile(spec.logFile, 'utf8')).split('\n');
  const announced: unknown = JSON.parse(lines.findLast((line) => announcement.test(line)) ?? 'null');
  return { process, announced };
}
