import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { allGone, exitCodeOf, isThere, pathOf, startAndRead, temporaryFolder } from './fixtures/start.ts';

const ROOT = pathOf('../../../../');
const STUB_PROGRAM = `
process.on('SIGTERM', () => process.exit(7));
console.log(JSON.stringify({ pid: process.pid, parentPid: process.ppid, args: process.argv.slice(2), execPath: process.execPath }));
if (process.argv[3] === 'exit') process.exit(Number(process.argv[4]));
setInterval(() => {}, 1000);
`;

interface StubLine {
  readonly pid: number;
  readonly parentPid: number;
  readonly args: readonly string[];
}

/** A project with our bin/ and, instead of everything else, one dependency, its own Node, that npm finds in a folder. */
async function newProject(t: TestContext): Promise<string> {
  const root = await temporaryFolder(t);
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  await cp(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true });
  for (const file of ['parent-watch.js', 'process-table.js']) {
    await cp(join(ROOT, 'infra/local/src', file), join(root, 'infra/local/src', file));
  }
  const manifest = {
    name: 'project',
    version: '1.0.0',
    type: 'module',
    dependencies: { node: 'file:own-node' },
  };
  const scripts = { demo: 'node bin/bootstrap.js demo' };
  await write('package.json', JSON.stringify({ ...manifest, scripts }));
  const packages = {
    '': manifest,
    'node_modules/node': { resolved: 'own-node', link: true },
    'own-node': { name: 'node', version: '1.0.0' },
  };
  await write(
    'package-lock.json',
    JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
  );
  await write('own-node/package.json', JSON.stringify({ name: 'node', version: '1.0.0' }));
  await mkdir(join(root, 'own-node/bin'));
  await symlink(process.execPath, join(root, 'own-node/bin/node'));
  await write('packages/cli/src/main.ts', STUB_PROGRAM);
  return root;
}

async function runToEnd(
  file: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exitCodeOf(child)]);
  return { code, out, err };
}

test('the bootstrap installs when the lock file has changed and only then, and passes on arguments and exit code', async (t) => {
  const root = await newProject(t);
  const bootstrap = join(root, 'bin/bootstrap.js');
  const first = await runToEnd(bootstrap, ['demo', 'exit', '3', '--json']);
  assert.equal(first.code, 3, first.err);
  assert.match(first.err, /Installing/);
  assert.equal(first.out.trim().split('\n').length, 1, 'standard output belongs to the program');
  assert.deepEqual((JSON.parse(first.out) as StubLine).args, ['demo', 'exit', '3', '--json']);

  const second = await runToEnd(bootstrap, ['demo', 'exit', '0']);
  assert.deepEqual({ code: second.code, err: second.err }, { code: 0, err: '' });

  const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
  await writeFile(join(root, 'package-lock.json'), `${lock}\n`);
  assert.match((await runToEnd(bootstrap, ['demo', 'exit', '0'])).err, /Installing/);

  await writeFile(join(root, 'package-lock.json'), '{');
  const broken = await runToEnd(bootstrap, ['demo', 'exit', '0']);
  assert.notEqual(broken.code, 0);
  assert.match(broken.err, /npm ci failed/);
  assert.equal(broken.out, '');
});

test('the bootstrap passes a signal on', async (t) => {
  const bootstrap = join(await newProject(t), 'bin/bootstrap.js');
  const { child, line } = await startAndRead<StubLine>(t, process.execPath, [bootstrap, 'demo']);
  child.kill('SIGTERM');
  assert.equal(await exitCodeOf(child), 7);
  assert.equal(isThere(line.pid), false);
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`when npm gets ${signal}, the bootstrap and what it runs end`, async (t) => {
    const root = await newProject(t);
    const { child, line } = await startAndRead<StubLine>(t, 'npm', ['--prefix', root, 'run', 'demo']);
    assert.deepEqual([line.parentPid, line.pid].map(isThere), [true, true]);
    child.kill(signal);
    assert.equal(await allGone([line.parentPid, line.pid]), true);
  });
}

test('the command `understudy` installs where nothing is installed, and leaves alone what is', async (t) => {
  const root = await newProject(t);
  const command = join(root, 'bin/understudy.js');
  const first = await runToEnd(command, ['config', 'exit', '4']);
  assert.equal(first.code, 4, first.err);
  assert.match(first.err, /Installing/);
  assert.deepEqual((JSON.parse(first.out) as StubLine).args, ['config', 'exit', '4']);

  const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
  await writeFile(join(root, 'package-lock.json'), `${lock}\n`);
  const second = await runToEnd(command, ['config', 'exit', '0']);
  assert.deepEqual({ code: second.code, err: second.err }, { code: 0, err: '' });
});

test('an unknown command is refused with the known ones', async () => {
  const { code, err } = await runToEnd(join(ROOT, 'bin/bootstrap.js'), ['toString']);
  assert.equal(code, 2);
  assert.match(err, /usage: node bin\/bootstrap.js demo\|test/);
});
