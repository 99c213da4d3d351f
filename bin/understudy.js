#!/usr/bin/env node
// The command `understudy`. Plain JavaScript, because a command runs on whatever Node the machine has; the program itself runs on the project's own.
import { installIfMissing } from './install.js';
import { runOnOwnNode } from './run-child.js';

const installed = await installIfMissing();
process.exit(
  installed === 0 ? await runOnOwnNode('packages/cli/src/main.ts', process.argv.slice(2)) : installed,
);
