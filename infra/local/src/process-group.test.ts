import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { allGone, atTestEnd, isThere, temporaryFolder } from './fixtures/start.ts';
import type { ProcessExit, ProcessSpec } from './managed-process.ts';
import { ProcessError } from './managed-process.ts';
import { ProcessGroup } from './process-group.ts';
import type { ProcessGroupOptions } from './process-group.ts';
import { waitUntil } from './wait.ts';

const STAYS = 'setInterval(() => {}, 1000);';

async function newGroup(t: TestContext, options: ProcessGroupOptions = {}): Promise<ProcessGroup> {
  const group = new ProcessGroup({ home: await temporaryFolder(t), ...options });
  atTestEnd(t, () => group.stop());
  return group;
}

/** A Node process that runs a script and, if asked to be waited for, prints `ready`. */
function script(
  group: ProcessGroup,
  name: string,
  source: string,
  rest: Partial<ProcessSpec> = {},
): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', source],
    logFile: join(group.folder, `${name}.log`),
    ...rest,
  };
}

test('a start is done when the log has the line that says so, and only then', async (t) => {
  const group = await newGroup(t);
  const source = `${STAYS} console.log('almost'); setTimeout(() => console.log('listening on 80'), 200);`;
  const child = await group.spawn(script(group, 'server', source, { readyLine: /^listening/ }));
  assert.match(readFileSync(child.logFile, 'utf8'), /almost\nlistening on 80/);
  assert.equal(isThere(child.pid), true);
});

test('a second start with the same log file does not take the ready line of the first for its own', async (t) => {
  const group = await newGroup(t);
  const first = await group.spawn(
    script(group, 'server', `${STAYS} console.log('ready')`, { readyLine: /ready/ }),
  );
  await first.stop();
  const second = script(group, 'server', 'process.exit(1)', { readyLine: /ready/ });
  await assert.rejects(group.spawn(second), /server ended at its start \(code 1\)/);
});

test('a process that dies at its start is an error with the last lines and the path of its log', async (t) => {
  const group = await newGroup(t);
  const spec = script(group, 'server', `console.log('no disk'); process.exit(7)`, { readyLine: /never/ });
  await assert.rejects(group.spawn(spec), (error) => {
    assert.ok(error instanceof ProcessError);
    assert.deepEqual(error.lastLogLines, ['no disk']);
    assert.match(error.message, /server ended at its start \(code 7\)/);
    assert.ok(error.message.includes(spec.logFile));
    return true;
  });
});

test('a process that is not ready in time is stopped and an error', async (t) => {
  const group = await newGroup(t);
  const source = `${STAYS} console.log(process.pid)`;
  const spec = script(group, 'server', source, { readyLine: /never/, readyWithinMs: 1_000 });
  await assert.rejects(group.spawn(spec), /server was not ready after 1 s/);
  const pid = Number(readFileSync(spec.logFile, 'utf8'));
  assert.equal(await allGone([pid]), true);
});

test('a command that is not there is an error that names it', async (t) => {
  const group = await newGroup(t);
  const spec = { ...script(group, 'server', ''), command: 'no-such-command' };
  await assert.rejects(group.spawn(spec), /server can't be started: no-such-command/);
});

test('a job that fails or takes too long is an error; one that ends well is not', async (t) => {
  const group = await newGroup(t);
  await group.run(script(group, 'job', ''), 10_000);
  await assert.rejects(group.run(script(group, 'bad', 'process.exit(2)'), 10_000), /bad failed \(code 2\)/);
  await assert.rejects(group.run(script(group, 'slow', STAYS), 200), /slow did not finish within 0.2 s/);
});

test('stop ends the last started first, one after the other, and removes the folder', async (t) => {
  const group = await newGroup(t);
  const order = join(await temporaryFolder(t), 'order');
  const pids: number[] = [];
  for (const name of ['a', 'b', 'c']) {
    const write = `fs.appendFileSync(${JSON.stringify(order)}, '${name}')`;
    const onTerm = `process.on('SIGTERM', () => setTimeout(() => { ${write}; process.exit(0) }, 50));`;
    const child = await group.spawn(
      script(group, name, `${STAYS} ${onTerm} console.log('up')`, { readyLine: /up/ }),
    );
    pids.push(child.pid);
  }
  await group.stop();
  assert.equal(readFileSync(order, 'utf8'), 'cba');
  assert.deepEqual(pids.map(isThere), [false, false, false]);
  assert.equal(existsSync(group.folder), false);
  assert.equal(existsSync(`${group.folder}.json`), false);
});

test('what does not end when asked is killed, with the processes it started', async (t) => {
  const group = await newGroup(t);
  const deaf = `process.on('SIGTERM', () => {}); ${STAYS}`;
  const source = `${deaf} console.log(require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}]).pid + ' up')`;
  const child = await group.spawn(script(group, 'deaf', source, { readyLine: /up/, stopWithinMs: 100 }));
  const grandchild = Number.parseInt(readFileSync(child.logFile, 'utf8'), 10);
  assert.equal(isThere(grandchild), true);
  await group.stop();
  assert.equal(await allGone([child.pid, grandchild]), true);
});

test('a paused process can be stopped', async (t) => {
  const group = await newGroup(t);
  const child = await group.spawn(script(group, 'server', `${STAYS} console.log('up')`, { readyLine: /up/ }));
  child.kill('SIGSTOP');
  await child.stop();
  assert.equal((await child.exited).signal, 'SIGTERM');
});

test('onExit hears of the end that nobody asked for, and of no other', async (t) => {
  const exits: ProcessExit[] = [];
  const group = await newGroup(t, { onExit: (exit) => exits.push(exit) });
  const child = await group.spawn(script(group, 'asked', `${STAYS} console.log('up')`, { readyLine: /up/ }));
  child.kill('SIGKILL');
  await child.exited;
  await group.spawn(
    script(group, 'unasked', `console.log('up'); setTimeout(() => process.exit(5), 300)`, {
      readyLine: /up/,
    }),
  );
  assert.equal(await waitUntil(() => exits.length > 0, { withinMs: 5_000 }), true);
  assert.deepEqual(
    exits.map(({ name, code, lastLogLines }) => ({ name, code, lastLogLines })),
    [{ name: 'unasked', code: 5, lastLogLines: ['up'] }],
  );
});

test('nothing is started any more once stop was called', async (t) => {
  const group = await newGroup(t);
  await group.stop();
  await assert.rejects(group.spawn(script(group, 'late', STAYS)), /late is not started/);
});
