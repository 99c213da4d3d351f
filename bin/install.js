// Installs what the project needs. Plain JavaScript without dependencies: it runs on any Node from 20 on, before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { isInstalled, ROOT, runChild } from './run-child.js';

const OLDEST_NODE = 20;
const STAMP = `${ROOT}node_modules/.understudy-stamp`;

/** Installs only where nothing is installed yet: an installation that is there is left alone, for a demo may be running on it. Resolves to an exit code. */
export async function installIfMissing() {
  return isInstalled() ? 0 : installIfNeeded();
}

/** Installs when package-lock.json is not the one of the last installation: `npm ci` empties node_modules, under a running demo too. Resolves to npm's exit code. */
export async function installIfNeeded() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error(
      `Understudy needs Node ${OLDEST_NODE} or newer, and this is ${process.versions.node}: install a newer one.`,
    );
    return 1;
  }
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
