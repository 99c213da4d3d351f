// `node bin/bootstrap.js demo|test [arguments]`: what `npm run demo` and `npm test` call. Installs what is missing, then runs the demo or the tests.
// Plain JavaScript without dependencies: it runs on any Node from 20 on, before anything is installed. Standard output belongs to what it runs.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { ROOT, runChild, runOnOwnNode } from './run-child.js';

const OLDEST_NODE = 20;
const STAMP = `${ROOT}node_modules/.understudy-stamp`;
const COMMANDS = {
  demo: (args) => runOnOwnNode('packages/cli/src/main.ts', ['demo', ...args]),
  test: (args) => runOnOwnNode('test/run.ts', args),
};

/** Installs when package-lock.json is not the one of the last installation: `npm ci` empties node_modules, under a running demo too. Resolves to npm's exit code. */
async function installIfNeeded() {
  const wanted = createHash('sha256')
    .update(readFileSync(`${ROOT}package-lock.json`))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return 0;
  console.error('Installing what package-lock.json lists (npm ci)');
  const code = await runChild('npm', ['ci', '--include=dev', '--loglevel=error'], {
    cwd: ROOT,
    env: { PATH: pathWithoutOwnNode() },
    stdio: ['ignore', 2, 2],
  });
  if (code === 0) writeFileSync(STAMP, wanted);
  else console.error(`npm ci failed with code ${code}: see above; then start again`);
  return code;
}

/** npm puts node_modules/.bin first on the path of scripts, with our own Node in it: npm must not run on what it is about to delete. */
function pathWithoutOwnNode() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.startsWith(`${ROOT}node_modules`)).join(delimiter);
}

async function main([command, ...args]) {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error(
      `Understudy needs Node ${OLDEST_NODE} or newer, and this is ${process.versions.node}: install a newer one.`,
    );
    return 1;
  }
  const run = Object.hasOwn(COMMANDS, command ?? '') ? COMMANDS[command] : undefined;
  if (run === undefined) {
    console.error(`usage: node bin/bootstrap.js ${Object.keys(COMMANDS).join('|')} [arguments]`);
    return 2;
  }
  const installed = await installIfNeeded();
  return installed === 0 ? run(args) : installed;
}

process.exit(await main(process.argv.slice(2)));
