import type { ProcessGroup, ProcessSpec } from '@understudy/infra-local';
import { readFile } from 'node:fs/promises';

/** A process whose standard output begins with one line of JSON when it is up. */
export interface AnnouncedSpec extends Omit<ProcessSpec, 'readyLine'> {
  /** Recognizes that line. */
  readonly announcement: RegExp;
}

/** Starts it; resolves to what it announced. Rejects with ProcessError, which has the last lines of its log. */
export async function spawnAnnounced(
  processes: ProcessGroup,
  { announcement, ...spec }: AnnouncedSpec,
): Promise<unknown> {
  await processes.spawn({ ...spec, readyLine: announcement });
  const lines = (await readFile(spec.logFile, 'utf8')).split('\n');
  return JSON.parse(lines.findLast((line) => announcement.test(line)) ?? 'null');
}
