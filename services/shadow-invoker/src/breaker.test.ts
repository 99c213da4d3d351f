import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { type Admission, Breaker, type BreakerState } from './breaker.ts';

const config = { failures: 3, probeMs: 1_000, maxPauseMs: 10_000 };
const wanted = new AbortController().signal;
let states: BreakerState[] = [];

beforeEach(() => {
  states = [];
  mock.timers.enable({ apis: ['setTimeout'] });
});

afterEach(() => mock.timers.reset());

function breaker(): Breaker {
  return new Breaker({ config, onState: (state) => states.push(state) });
}

async function failing(on: Breaker, ...ids: string[]): Promise<void> {
  for (const id of ids) on.failed(await admitted(on, id));
}

async function admitted(on: Breaker, id: string): Promise<Admission> {
  const admission = await on.admit(id, wanted);
  assert.ok(admission, `${id} was turned away`);
  return admission;
}

/** Asks to be admitted, and says what came of it so far. */
function asking(on: Breaker, id: string, signal: AbortSignal = wanted): { readonly answer: () => unknown } {
  let answer: unknown = 'waits';
  void on.admit(id, signal).then((admission) => {
    answer = admission === null ? 'turned away' : admission.isProbe ? 'probe' : 'call';
  });
  return { answer: () => answer };
}

/** Lets what is resolved be seen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('so many requests that fail with no success between pause the lane', async () => {
  const shadow = breaker();
  await failing(shadow, 'a', 'b');
  await admitted(shadow, 'c');
  shadow.succeeded();
  await failing(shadow, 'd', 'e');
  assert.equal(shadow.state, 'closed');
  await failing(shadow, 'f');
  assert.deepEqual(states, ['paused']);
});

test('one request that fails however often it is tried does not', async () => {
  const poisoned = breaker();
  await failing(poisoned, ...Array.from({ length: 100 }, () => 'poison'));
  assert.deepEqual(states, []);
});

/**
 * time     0        1 s       1.1 s    2.1 s         2.2 s
 * probe             a, fails           b, succeeds
 * waits    a b c                                     c is called, and whoever comes
 */
test('probes are one at a time, each another request, until one succeeds', async () => {
  const shadow = breaker();
  await failing(shadow, 'x', 'y', 'z');
  const [a, b, c] = ['a', 'b', 'c'].map((id) => asking(shadow, id));
  mock.timers.tick(999);
  await settle();
  assert.deepEqual([a?.answer(), b?.answer(), c?.answer()], ['waits', 'waits', 'waits']);
  mock.timers.tick(1);
  await settle();
  assert.deepEqual([a?.answer(), b?.answer(), c?.answer()], ['probe', 'waits', 'waits']);
  mock.timers.tick(5_000);
  await settle();
  assert.equal(b?.answer(), 'waits', 'the probe is still under way');
  shadow.failed({ exchangeId: 'a', isProbe: true });
  mock.timers.tick(1_000);
  await settle();
  assert.deepEqual([b.answer(), c?.answer()], ['probe', 'waits']);
  shadow.succeeded();
  await settle();
  assert.equal(c?.answer(), 'call');
  assert.equal((await admitted(shadow, 'd')).isProbe, false);
  assert.deepEqual(states, ['paused', 'closed']);
});

test('where nobody waits, the next to come is the probe', async () => {
  const shadow = breaker();
  await failing(shadow, 'x', 'y', 'z');
  mock.timers.tick(1_000);
  assert.equal((await admitted(shadow, 'a')).isProbe, true);
});

test('a call that was under way and succeeds ends the pause', async () => {
  const shadow = breaker();
  await admitted(shadow, 'early');
  await failing(shadow, 'x', 'y', 'z');
  const late = asking(shadow, 'late');
  shadow.succeeded();
  await settle();
  assert.equal(late.answer(), 'call');
  mock.timers.tick(20_000);
  assert.deepEqual(states, ['paused', 'closed'], 'its timers went with the pause');
});

test('after the longest pause requests are turned away, but for the probes, until one succeeds', async () => {
  const shadow = breaker();
  await failing(shadow, 'x', 'y', 'z');
  mock.timers.tick(1_000);
  shadow.failed(await admitted(shadow, 'probe'));
  const [a, b] = [asking(shadow, 'a'), asking(shadow, 'b')];
  mock.timers.tick(1_000);
  await settle();
  assert.deepEqual([a.answer(), b.answer()], ['probe', 'waits']);
  mock.timers.tick(8_000);
  await settle();
  assert.equal(b.answer(), 'turned away');
  assert.equal(await shadow.admit('c', wanted), null);
  shadow.failed({ exchangeId: 'a', isProbe: true });
  mock.timers.tick(1_000);
  await admitted(shadow, 'd');
  shadow.succeeded();
  assert.equal((await admitted(shadow, 'e')).isProbe, false);
  assert.deepEqual(states, ['paused', 'down', 'closed']);
});

test('who is not wanted any more leaves, and a probe given up is made again', async () => {
  const shadow = breaker();
  await failing(shadow, 'x', 'y', 'z');
  const closed = new AbortController();
  const [a, b] = [asking(shadow, 'a', closed.signal), asking(shadow, 'b')];
  closed.abort();
  await settle();
  assert.equal(a.answer(), 'turned away');
  assert.equal(await shadow.admit('c', closed.signal), null);
  mock.timers.tick(1_000);
  await settle();
  assert.equal(b.answer(), 'probe');
  shadow.abandoned({ exchangeId: 'b', isProbe: true });
  mock.timers.tick(1_000);
  assert.equal((await admitted(shadow, 'd')).isProbe, true);
});

test('a closed breaker admits nobody who waits', async () => {
  const shadow = breaker();
  await failing(shadow, 'x', 'y', 'z');
  const a = asking(shadow, 'a');
  shadow.close();
  await settle();
  assert.equal(a.answer(), 'turned away');
});
