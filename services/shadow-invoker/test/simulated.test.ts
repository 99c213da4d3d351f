/**
 * The invoker's guarantee with everything between it and the log going wrong: a request is called at least once, and what
 * came of it stands among the shadow responses once, in the order of the requests.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copartitionedTasks } from '@understudy/streams';
import { Simulation, type Trouble } from '@understudy/streams/testing';
import { createMetrics } from '@understudy/telemetry';
import { eachSeed } from '../../../test/support/seeds.ts';
import type { ShadowCaller } from '../src/call-shadow.ts';
import { createInvokerMetrics } from '../src/invoker-metrics.ts';
import { Pace } from '../src/pace.ts';
import { openInvokerTask } from '../src/open-invoker-task.ts';
import { codecs, laneFor, plain, start, topics } from './harness.ts';

const partitions = 3;
const perPartition = 60;
const lane = laneFor('http://127.0.0.1:1');
const metrics = createInvokerMetrics(createMetrics({ service: 'shadow-invoker' }))('mortgage.boosted.live');
const trouble: Trouble = { loss: 0.004, delay: 0.01, kill: 0.003, freeze: 0.002 };
/** The longest freeze, and the broker's limit for a transaction that nobody ends, come to an end within it. */
const mendingMs = 100_000;

/** Runs three partitions of requests through invokers that call nothing; how long a call takes, and how it ends, is chance. */
function simulate(seed: number, calls: Map<string, number>): Simulation {
  const simulation: Simulation = new Simulation({
    seed,
    startMs: start,
    topics: new Map(
      [topics.requests, topics.shadowResponses, topics.deadLetters].map((t) => [t, partitions]),
    ),
    groupId: 'invoker',
    plan: copartitionedTasks([topics.requests], partitions),
    members: 3,
    trouble,
    openTask: ({ offsets: admin, clock }) => {
      const call: ShadowCaller['call'] = async ({ exchangeId }) => {
        calls.set(exchangeId, (calls.get(exchangeId) ?? 0) + 1);
        const latencyMs = simulation.random.between(1, 2_000);
        const { promise, resolve } = Promise.withResolvers<void>();
        clock.after(latencyMs, resolve);
        await promise;
        return { status: 'failed', reason: 'http-500', answer: null, latencyMs };
      };
      return openInvokerTask({
        lane,
        caller: { call },
        pace: new Pace({ speed: null, isPaused: false }),
        streams: { admin, registry: codecs },
        topics,
        metrics,
      });
    },
  });
  return simulation;
}

/** Writes one partition's requests, with ticks and some that can't be read. Returns the offsets of all but the ticks. */
async function write(simulation: Simulation, partition: number): Promise<readonly number[]> {
  const encode = codecs.encoder('request', topics.requests);
  const offsets: number[] = [];
  for (let n = 0; n < perPartition; n += 1) {
    const { random } = simulation;
    await simulation.sleep(random.between(0, 700));
    const kind = random.pick(['request', 'request', 'request', 'request', 'tick', 'unreadable']);
    const request = () => encode({ ...plain(n), exchangeId: `p${partition}-${n}` });
    const value = kind === 'tick' ? null : kind === 'request' ? request() : Buffer.from('?');
    const offset = simulation.append({ topic: topics.requests, partition, key: null, value });
    if (kind !== 'tick') offsets.push(offset);
  }
  return offsets;
}

test('whatever goes wrong, each request has one first response, in the order of the requests', async () => {
  await eachSeed(10, async (seed) => {
    const calls = new Map<string, number>();
    const simulation = simulate(seed, calls);
    const written: (readonly number[])[] = [];
    const script = async (partition: number): Promise<void> => {
      written[partition] = await write(simulation, partition);
    };
    await simulation.runUntilDone(Promise.all([0, 1, 2].map(script)).then(() => {}));
    simulation.calmDown();
    await simulation.runFor(mendingMs);
    for (const [partition, offsets] of written.entries()) {
      const firsts: number[] = [];
      for (const { value } of simulation.committed(topics.shadowResponses, partition)) {
        const response = await codecs.decode('shadow-response', value ?? assert.fail());
        if (response.kind === 'first') firsts.push(response.requestOffset);
        if (response.exchangeId !== null) assert.ok(calls.has(response.exchangeId), 'it was called');
      }
      assert.deepEqual(firsts, offsets);
    }
  });
});
