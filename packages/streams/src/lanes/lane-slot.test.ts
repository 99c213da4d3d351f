import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { LaneSlot } from './lane-slot.ts';

const run: Run = { ...liveRun({ lane: 'a.b.again', start: 0, windowMs: 1_000 }), kind: 'replay', end: 5_000 };

const [shadow] = parseConfig({
  text: `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: a
    route: { path: / }
    production: { url: 'http://127.0.0.1:9001' }
    shadows: [{ name: b, url: 'http://127.0.0.1:9002' }]
    comparison: { kind: json }
`,
  file: 'test.yaml',
  env: {},
}).experiments.flatMap(({ shadows }) => shadows);
assert.ok(shadow);

/** A slot, what it did in order, and how its lane is told that it can't go on. */
function slotOf(failsAt: readonly number[] = []) {
  const did: string[] = [];
  let opened = 0;
  let failing: (error: Error) => void = () => undefined;
  const slot = new LaneSlot({
    open: async ({ speed }, fail) => {
      opened += 1;
      failing = fail;
      if (failsAt.includes(opened)) throw new Error(`opening ${opened} failed`);
      did.push(`open ${speed}`);
      return {
        changed: ({ state }: Run) => void did.push(state),
        close: async () => void did.push('close'),
      };
    },
    onFailure: (error) => did.push(String(error)),
  });
  return { slot, did, fail: (error: Error) => failing(error) };
}

test('a lane is opened, told of pauses, and closed', async () => {
  const { slot, did } = slotOf();
  await slot.want({ run, shadow, session: null });
  await slot.want({ run: { ...run, state: 'paused' }, shadow, session: null });
  await slot.want({ run: { ...run, state: 'running' }, shadow, session: null });
  await slot.want(null);
  assert.deepEqual(did, ['open null', 'paused', 'running', 'close']);
  assert.equal(slot.lane, null);
});

test('a run whose record changes in more than its state is closed and opened again', async () => {
  const { slot, did } = slotOf();
  await slot.want({ run, shadow, session: null });
  await slot.want({ run: { ...run, speed: 2 }, shadow, session: null });
  assert.deepEqual(did, ['open null', 'close', 'open 2']);
});

test('steps follow each other, whoever is in a hurry', async () => {
  const { slot, did } = slotOf();
  await Promise.all([
    slot.want({ run, shadow, session: null }),
    slot.want({ run: { ...run, speed: 2 }, shadow, session: null }),
    slot.want(null),
  ]);
  assert.deepEqual(did, [], 'closed before it was opened: what is wanted is the last that was said');
});

test('what could not be opened is known, and tried again', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { slot, did } = slotOf([1]);
  await slot.want({ run, shadow, session: null });
  assert.match(String(slot.failure), /opening 1 failed/);
  assert.equal(slot.lane, null);
  context.mock.timers.tick(5_000);
  await slot.want({ run, shadow, session: null });
  assert.equal(slot.failure, null);
  assert.equal(did.at(-1), 'running');
  assert.equal(did.filter((each) => each === 'open null').length, 1);
});

test('a lane that can not go on is closed, and opened again', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { slot, did, fail } = slotOf();
  await slot.want({ run, shadow, session: null });
  fail(new Error('the group is gone'));
  await slot.want({ run, shadow, session: null });
  assert.deepEqual(did, ['open null', 'Error: the group is gone', 'close', 'open null']);
  await slot.want(null);
});

test('a lane whose shadow changes, or the order of its sessions, is closed and opened again', async () => {
  const { slot, did } = slotOf();
  await slot.want({ run, shadow, session: null });
  await slot.want({ run, shadow: { ...shadow }, session: null });
  const slower = { ...shadow, timeoutMs: 1 };
  await slot.want({ run, shadow: slower, session: null });
  const session = { header: 'x-session', ordered: true, idleMs: 1_000, maxWaiting: 10 };
  await slot.want({ run, shadow: slower, session });
  assert.deepEqual(did, ['open null', 'running', 'close', 'open null', 'close', 'open null']);
});
