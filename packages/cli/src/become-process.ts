import { UserError } from './user-error.ts';

/** Node with these arguments takes the place of this process: signals reach it, and its exit code is the command's. */
export function becomeProcess(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const command = [process.execPath, ...args];
  if (process.execve === undefined) throw new UserError(`This system needs: ${command.join(' ')}`);
  process.execve(process.execPath, command, { ...env });
}
