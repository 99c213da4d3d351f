/**
 * The invoker's guarantee with everything between it and the log going wrong: a request is called at least once, and what
 * came of it stands among the shadow responses once, in the order of the requests.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request, ShadowResponse } from '@understudy/schemas-avro';
import { copartitionedTasks, type LogLookup, type ReadyLane } from '@understudy/streams';
import { Simulation, type Trouble } from '@understudy/streams/testing';
import { createMetrics } from '@understudy/telemetry';
import { eachSeed } from '../../../test/support/seeds.ts';
import type { CallResult } from '../src/call-result.ts';
import type { ShadowCaller } from '../src/call-shadow.ts';
import { createInvokerMetrics } from '../src/invoker-metrics.ts';
import { Pace } from '../src/pace.ts';
import { openInvokerTask } from '../src/open-invoker-task.ts';
import { codecs, laneFor, plain, start, topics } from './harness.ts';

const partitions = 3;
const perPartition = 60;
const lane = laneFor('http://127.0.0.1:1');
const idleMs = 5_000;
const ordered = laneFor('http://127.0.0.1:1', { session: '{ header: x-session, ordered: true, idle: 5s }' });
const metrics = createInvokerMetrics(createMetrics({ service: 'shadow-invoker' }))('mortgage.boosted.live');
const trouble: Trouble = { loss: 0.004, delay: 0.01, kill: 0.003, freeze: 0.002 };
/** The longest freeze, and the broker's limit for a transaction that nobody ends, come to an end within it. */
const mendingMs = 100_000;

interface Simulated {
  readonly lane: ReadyLane;
  /** A call begins: how it will end. */
  readonly resultOf: (request: Request, latencyMs: number) => CallResult;
}

/** Runs three partitions of requests through invokers that call nothing; how long a call takes is chance. */
function simulate(seed: number, { lane, resultOf }: Simulated): Simulation {
  const simulation: Simulation = new Simulation({
    seed,
    startMs: start,
    topics: new Map(
      [topics.requests, topics.shadowResponses, topics.deadLetters].map((t) => [t, partitions]),
    ),
    groupId: 'invoker',
    plan: copartitionedTasks({ reads: [topics.requests], writes: [] }, partitions),
    members: 3,
    trouble,
    openTask: ({ offsets: admin, clock }) => {
      const call: ShadowCaller['call'] = async (request) => {
        const latencyMs = simulation.random.between(1, 2_000);
        const result = resultOf(request, latencyMs);
        const { promise, resolve } = Promise.withResolvers<void>();
        clock.after(latencyMs, resolve);
        await promise;
        return result;
      };
      return openInvokerTask({
        lane,
        caller: { call },
        pace: new Pace({ speed: null, isPaused: false }),
        streams: { admin, lookup: lookupOf(() => simulation), registry: codecs },
        topics,
        metrics,
      });
    },
  });
  return simulation;
}

/** Has every partition written, and everything mended. */
async function run(simulation: Simulation, write: (partition: number) => Promise<void>): Promise<void> {
  await simulation.runUntilDone(Promise.all([0, 1, 2].map(write)).then(() => {}));
  simulation.calmDown();
  await simulation.runFor(mendingMs);
}

/** What is committed at the moment; in pieces, so that there are several. */
function lookupOf(simulation: () => Simulation): LogLookup {
  return {
    start: () => Promise.resolve(0),
    offsetAtTime: () => Promise.reject(new Error('not asked for')),
    read: async (topic, partition, offset) => {
      const behind = simulation()
        .committed(topic, partition)
        .filter((record) => record.offset >= offset);
      const records = behind.slice(0, 5);
      return { records, nextOffset: (records.at(-1)?.offset ?? offset - 1) + 1 };
    },
  };
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
    const called = new Set<string>();
    const simulation = simulate(seed, {
      lane,
      resultOf: ({ exchangeId }, latencyMs) => {
        called.add(exchangeId);
        return { status: 'failed', reason: 'http-500', answer: null, latencyMs };
      },
    });
    const written: (readonly number[])[] = [];
    await run(simulation, async (partition) => {
      written[partition] = await write(simulation, partition);
    });
    for (const [partition, offsets] of written.entries()) {
      const firsts = await firstsOf(simulation, partition);
      for (const { exchangeId } of firsts) if (exchangeId !== null) assert.ok(called.has(exchangeId));
      assert.deepEqual(
        firsts.map(({ requestOffset }) => requestOffset),
        offsets,
      );
    }
  });
});

test('whatever goes wrong, an ordered session is called in its order, and broken by what its shadow failed', async () => {
  await eachSeed(5, async (seed) => {
    const called: string[] = [];
    const simulation = simulate(seed, {
      lane: ordered,
      resultOf: ({ exchangeId }, latencyMs) => {
        if (!called.includes(exchangeId)) called.push(exchangeId);
        return exchangeId.endsWith('fails')
          ? { status: 'failed', reason: 'http-500', answer: null, latencyMs }
          : { status: 'answered', answer: noAnswer, latencyMs };
      },
    });
    await run(simulation, (partition) => writeSessions(simulation, partition));
    for (let partition = 0; partition < partitions; partition += 1) {
      const firsts = await firstsOf(simulation, partition);
      assert.equal(firsts.length, perPartition);
      const brokenAtMs = new Map<string, number>();
      for (const { exchangeId, requestTime, status, reason } of firsts) {
        const [session = ''] = exchangeId?.split(' ') ?? [];
        const isBroken = requestTime - (brokenAtMs.get(session) ?? -Infinity) < idleMs;
        assert.equal(reason === 'session-broken', isBroken, `${exchangeId}: ${status} ${reason}`);
        if (status === 'answered') brokenAtMs.delete(session);
        else brokenAtMs.set(session, requestTime);
      }
    }
    // Processes that were killed have called some more; each called nobody before its turn all the same.
    for (const of of Map.groupBy(called, (id) => id.split(' ')[0]).values()) {
      const numbers = of.map((id) => Number(id.split(' ')[1]));
      assert.deepEqual(
        numbers,
        numbers.toSorted((x, y) => x - y),
      );
    }
  });
});

const noAnswer = { status: 200, headers: {}, contentType: null, body: Buffer.alloc(0), bodySize: 0 };

/** Writes one partition's requests: of four sessions, one in eight of which the shadow fails. */
async function writeSessions(simulation: Simulation, partition: number): Promise<void> {
  const encode = codecs.encoder('request', topics.requests);
  for (let n = 0; n < perPartition; n += 1) {
    const { random } = simulation;
    await simulation.sleep(random.chance(0.1) ? idleMs : random.between(0, 700));
    const session = `p${partition}-${random.pick(['a', 'b', 'c', 'd'])}`;
    const exchangeId = `${session} ${n} ${random.chance(0.125) ? 'fails' : 'answers'}`;
    const value = encode({ ...plain(n), exchangeId, session });
    simulation.append({ topic: topics.requests, partition, key: session, value });
  }
}

async function firstsOf(simulation: Simulation, partition: number): Promise<readonly ShadowResponse[]> {
  const firsts: ShadowResponse[] = [];
  for (const { value } of simulation.committed(topics.shadowResponses, partition)) {
    const response = await codecs.decode('shadow-response', value ?? assert.fail());
    if (response.kind === 'first') firsts.push(response);
  }
  return firsts;
}
