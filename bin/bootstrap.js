// `node bin/bootstrap.js demo|test|faults|compose [arguments]`: what `npm run demo`, `npm test`, `npm run test:faults` and `npm run test:compose` call. Installs what is missing, then runs it.
// Plain JavaScript without dependencies: it runs on any Node from 20 on, before anything is installed. Standard output belongs to what it runs.
import { installIfNeeded } from './install.js';
import { runOnOwnNode } from './run-child.js';

const COMMANDS = {
  demo: (args) => runOnOwnNode('packages/cli/src/main.ts', ['demo', ...args]),
  test: (args) => runOnOwnNode('test/run.ts', args),
  faults: (args) => runOnOwnNode('test/faults/main.ts', args),
  compose: (args) => runOnOwnNode('test/compose/main.ts', args),
};

async function main([command, ...args]) {
  const run = Object.hasOwn(COMMANDS, command ?? '') ? COMMANDS[command] : undefined;
  if (run === undefined) {
    console.error(`usage: node bin/bootstrap.js ${Object.keys(COMMANDS).join('|')} [arguments]`);
    return 2;
  }
  const installed = await installIfNeeded();
  return installed === 0 ? run(args) : installed;
}

process.exit(await main(process.argv.slice(2)));
