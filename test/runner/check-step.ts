import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './step.ts';

const limitMs = 180_000;

export interface Check {
  readonly name: string;
  /** The folder to run it in; its node_modules hold the tool. */
  readonly root: string;
  readonly tool: string;
  /** Default: the tool's name. */
  readonly command?: string;
  readonly args: readonly string[];
}

/** A command-line tool from node_modules, run on this Node. It fails by its exit code. */
export function checkStep({ name, root, tool, command = tool, args }: Check): Step {
  return {
    name,
    run: async (signal) => {
      const child = spawn(process.execPath, [scriptOf(root, tool, command), ...args], {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { passed: 0, failed: code === 0 ? 0 : 1 };
    },
  };
}

/** The script behind a package's command. */
function scriptOf(root: string, tool: string, command: string): string {
  const folder = join(root, 'node_modules', tool);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const script = typeof bin === 'string' ? bin : bin[command];
  if (script === undefined) throw new Error(`the package ${tool} has no command ${command}`);
  return join(folder, script);
}
