import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { HOST, isPortFree, PortPicker, startOnFreePorts } from './ports.ts';

async function listenOn(t: TestContext, port: number): Promise<Server> {
  const server = createServer().listen(port, HOST);
  t.after(() => server.close());
  await once(server, 'listening');
  return server;
}

test('a port is given out once, and never one that is in use', async (t) => {
  const picker = new PortPicker();
  const first = await picker.any();
  assert.notEqual(await picker.usualOrAny(first), first);
  await assert.rejects(picker.exactly(first), /is in use/);

  const other = await new PortPicker().any();
  await listenOn(t, other);
  assert.equal(await isPortFree(other), false);
  assert.notEqual(await new PortPicker().usualOrAny(other), other);
  await assert.rejects(new PortPicker().exactly(other), new RegExp(`port ${other} is in use`));
});

test('a free port is given as asked for', async () => {
  const port = await new PortPicker().any();
  assert.equal(await new PortPicker().usualOrAny(port), port);
  assert.equal(await new PortPicker().exactly(port), port);
  await assert.rejects(new PortPicker().exactly(0), /0 is not a port/);
});

test('a start whose port was taken meanwhile is tried again on another one', async (t) => {
  const started: number[] = [];
  const port = await startOnFreePorts(
    async () => ({ ports: [await new PortPicker().any()] }),
    async ({ ports: [port = 0] }) => {
      started.push(port);
      if (started.length > 1) return port;
      await listenOn(t, port);
      throw new Error('address in use');
    },
  );
  assert.equal(started.length, 2);
  assert.deepEqual(started[1], port);
});

test('a start that fails for another reason is not tried again; one whose ports are always taken ends after three', async (t) => {
  let starts = 0;
  const choose = async (): Promise<{ ports: number[] }> => ({ ports: [await new PortPicker().any()] });
  const failing = async (): Promise<never> => {
    starts += 1;
    throw new Error('no disk');
  };
  await assert.rejects(startOnFreePorts(choose, failing), /no disk/);
  assert.equal(starts, 1);

  starts = 0;
  const tooLate = async ({ ports: [port = 0] }: { ports: number[] }): Promise<never> => {
    await listenOn(t, port);
    return failing();
  };
  await assert.rejects(startOnFreePorts(choose, tooLate), /no disk/);
  assert.equal(starts, 3);
});
