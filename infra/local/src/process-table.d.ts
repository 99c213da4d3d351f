/** A row of the machine's process table. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  /** Start time as text, only for comparing: together with the pid it names one process for ever. */
  readonly startedAt: string;
  readonly commandLine: readonly string[];
}
export function lookUpProcess(pid: number): ProcessRow | null;
