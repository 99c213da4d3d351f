/**
 * The rules of "the log is the clock", one scenario each. Times are seconds since the run's start, by the log; windows are 5 s
 * wide, and production's deadline is 61 s. `repeatable.test.ts` has any interleaving, batch size and kill of random logs;
 * `src/join.test.ts` has what belongs together.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request, WindowPart } from '@understudy/schemas-avro';
import { driveTask, memoryLookup, type MemoryLog } from '@understudy/streams/testing';
import { JoinTask } from '../src/join-task.ts';
import { joinStateFrom } from '../src/lane-states.ts';
import { joinStarts, startOffset } from '../src/open-tasks.ts';
import { LaneLog, runStart, testLane } from './lane-log.ts';

const lane = testLane();
const { requests, productionResponses, shadowResponses, windowParts } = lane.topics;
const inputs = [requests, productionResponses, shadowResponses].map((topic) => ({ topic, partition: 0 }));

const at = (seconds: number): number => runStart + seconds * 1_000;

/** A request and its two responses, which are quick and agree. Resolves to the request's offset. */
function exchange(out: LaneLog, seconds: number, exchangeId: string): number {
  const offset = out.request(at(seconds), exchangeId);
  out.production(at(seconds + 0.01), exchangeId, 'approved');
  out.shadow(at(seconds + 0.02), { offset, timeMs: at(seconds), exchangeId }, 'approved');
  return offset;
}

/** Time passes, with a tick in requests and one in production's responses, and the frontier goes with it. */
function pass(out: LaneLog, seconds: number): void {
  out.raw(productionResponses, at(seconds), null);
  out.progress(at(seconds), out.raw(requests, at(seconds), null), at(seconds));
}

/** What is published of windows in which something was sampled. */
async function windowsOf(log: MemoryLog, steps: readonly number[] = []): Promise<readonly WindowPart[]> {
  const written = await driveTask({
    log,
    inputs,
    steps,
    open: (committed) => {
      const state = joinStateFrom(lane, committed);
      const start = [...joinStarts(lane, state)].map(([topic, timeMs]) => {
        return [topic, startOffset(committed, topic, log.offsetAtTime(topic, 0, timeMs))] as const;
      });
      return {
        task: new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup: memoryLookup(log) }),
        start: new Map(start),
      };
    },
  });
  const parts: WindowPart[] = [];
  for (const { topic, value } of written) {
    if (topic !== windowParts || value === null) continue;
    parts.push(await lane.codecs.decode('window-part', value));
  }
  return parts.filter(({ segments }) => segments.length > 0);
}

/** `0 s: 2 sampled, 1 compared, requests 0-1, responses 0-0`, by window. */
function told(parts: readonly WindowPart[]): string[] {
  return parts.map(({ windowStart, segments, offsets }) => {
    const ledger = segments[0]?.ledger;
    const range = (topic: string): string => {
      const used = offsets.find((each) => each.topic === topic);
      return used === undefined ? 'none' : `${used.first}-${used.last}`;
    };
    return (
      `${(windowStart - runStart) / 1_000} s: ${ledger?.sampled} sampled, ${ledger?.compared} compared, ` +
      `requests ${range(requests)}, responses ${range(productionResponses)}`
    );
  });
}

async function windows(out: LaneLog): Promise<string[]> {
  return told(await windowsOf(out.log));
}

/** requests  r0 (4.999 s)  r1 (5 s)  r2 (9.999 s)  r3 (10 s) */
test('a window begins with its start and ends before its end', async () => {
  const out = new LaneLog(lane);
  [4.999, 5, 9.999, 10].forEach((seconds, i) => exchange(out, seconds, `x${i}`));
  pass(out, 80);
  assert.deepEqual(await windows(out), [
    '0 s: 1 sampled, 1 compared, requests 0-0, responses 0-0',
    '5 s: 2 sampled, 2 compared, requests 1-2, responses 1-2',
    '10 s: 1 sampled, 1 compared, requests 3-3, responses 3-3',
  ]);
});

/** requests  r0 (1 s)  r1 (12 s; its gateway took it an hour before, and kept it in its spool) */
test('a request that was kept in a spool is of the window in which it was appended', async () => {
  const out = new LaneLog(lane);
  exchange(out, 1, 'x0');
  const [first] = out.log.read(requests, 0);
  assert.ok(first?.value);
  const request: Request = await lane.codecs.decode('request', first.value);
  const encode = lane.codecs.encoder('request', requests);
  const late = encode({ ...request, exchangeId: 'late', requestTime: at(-3_600) });
  const offset = out.raw(requests, at(12), late);
  out.production(at(12), 'late', 'approved');
  out.shadow(at(12), { offset, timeMs: at(12), exchangeId: 'late' }, 'approved');
  pass(out, 80);
  assert.deepEqual(await windows(out), [
    '0 s: 1 sampled, 1 compared, requests 0-0, responses 0-0',
    '10 s: 1 sampled, 1 compared, requests 1-1, responses 1-1',
  ]);
});

/** requests  r0 (6 s)  r1 (4 s: another broker leads the partition, and its clock is behind)  r2 (7 s) */
test('time does not go back: a record appended by a clock that is behind is at the time of the one before it', async () => {
  const out = new LaneLog(lane);
  exchange(out, 6, 'x0');
  const offset = out.request(at(4), 'x1');
  out.production(at(6.1), 'x1', 'approved');
  out.shadow(at(6.2), { offset, timeMs: at(6), exchangeId: 'x1' }, 'approved');
  exchange(out, 7, 'x2');
  pass(out, 80);
  assert.deepEqual(await windows(out), ['5 s: 3 sampled, 3 compared, requests 0-2, responses 0-2']);
});

/**
 * requests          r0 (1 s)   r1 (2 s)   r2 (3 s)   r3 (12 s)
 * shadow responses  first@0               first@2              the frontier stands at 3 s
 */
test('the frontier alone says what was sampled, and no window closes before it', async () => {
  const out = new LaneLog(lane);
  exchange(out, 1, 'x0');
  out.request(at(2), 'x1');
  exchange(out, 3, 'x2');
  const offset = out.request(at(12), 'x3');
  assert.deepEqual(await windows(out), []);

  out.shadow(at(40), { offset, timeMs: at(12), exchangeId: 'x3' }, 'approved');
  assert.deepEqual(await windows(out), ['0 s: 2 sampled, 2 compared, requests 0-2, responses 0-1']);
});

/**
 * requests   r0 (1 s)   r1 (61.9 s)
 * responses             p0 (62 s, the last moment)    a tick (62.001 s)
 *
 * Without p0 the window waits for the tick: only then its deadline has passed.
 */
test('a window waits for production’s responses until their deadline, and not longer', async () => {
  for (const [p0, tick, expected] of [
    [62, 62.001, ['0 s: 1 sampled, 1 compared, requests 0-0, responses 0-0']],
    [null, 62, []],
    [null, 62.001, ['0 s: 1 sampled, 0 compared, requests 0-0, responses none']],
  ] as const) {
    const out = new LaneLog(lane);
    const offset = out.request(at(1), 'x0');
    out.shadow(at(1.1), { offset, timeMs: at(1), exchangeId: 'x0' }, 'approved');
    out.progress(at(62), out.request(at(61.9), 'x1'), at(61.9));
    if (p0 !== null) out.production(at(p0), 'x0', 'approved');
    out.raw(productionResponses, at(tick), null);
    assert.deepEqual(await windows(out), expected, `response at ${p0}, tick at ${tick}`);
  }
});

/** requests  r0 (1 s)   ticks of three writers (5 s, 5 s, 5.001 s), of which the first would do */
test('ticks of several writers are one passing of time', async () => {
  const parts = await Promise.all(
    [1, 3].map(async (writers) => {
      const out = new LaneLog(lane);
      exchange(out, 1, 'x0');
      const ticks = [5, 5, 5.001].slice(0, writers).map((s) => [out.raw(requests, at(s), null), s] as const);
      for (const [offset, seconds] of ticks) out.progress(at(6), offset, at(seconds));
      return windowsOf(out.log);
    }),
  );
  assert.equal(told(parts[0] ?? []).length, 1);
  assert.deepEqual(parts[0], parts[1]);
});

/**
 * requests   r0 (1 s), and then nobody writes
 *
 * At 5.5 s by the wall clock the window is over and its partition is silent: it asks for a tick, once its end has passed. When
 * the tick is there, it asks for none: nothing is open.
 */
test('an idle partition asks for a tick where its window is open, and is quiet when it is closed', async () => {
  const out = new LaneLog(lane);
  exchange(out, 1, 'x0');
  const task = async (): Promise<JoinTask> => {
    const state = { start: runStart, judgement: 0, buried: {} };
    const lookup = memoryLookup(out.log);
    const opened = new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup });
    for (const { topic } of inputs) for (const record of out.log.read(topic, 0)) await opened.accept(record);
    opened.output();
    return opened;
  };
  const silent = await task();
  assert.deepEqual(silent.wantedTicks(at(5.5)), []);
  assert.deepEqual(silent.wantedTicks(at(5.501)), [{ topic: requests, partition: 0, untilMs: at(5) }]);
  pass(out, 5);
  assert.deepEqual((await task()).wantedTicks(at(500)), []);
});

/**
 * requests          r0 (4.9 s, same)   r1 (5.1 s, same)
 * responses                            p0 (5.2 s, same)   p1 (5.3 s, same: sent twice)
 * shadow responses  first@0            first@1
 *
 * Both requests find p0, for a match uses nothing up. The process is killed after every number of records of every input.
 */
test('an id on both sides of a window’s edge is in both windows, wherever a process is killed', async () => {
  const out = new LaneLog(lane);
  for (const [seconds, decision] of [
    [4.9, 'approved'],
    [5.1, 'denied'],
  ] as const) {
    const offset = out.request(at(seconds), 'same');
    out.shadow(at(seconds + 0.01), { offset, timeMs: at(seconds), exchangeId: 'same' }, decision);
  }
  out.production(at(5.2), 'same', 'approved');
  out.production(at(5.3), 'same', 'denied');
  pass(out, 80);
  const expected = await windowsOf(out.log);
  assert.deepEqual(told(expected), [
    '0 s: 1 sampled, 1 compared, requests 0-0, responses 0-0',
    '5 s: 1 sampled, 1 compared, requests 1-1, responses 0-0',
  ]);
  assert.deepEqual(
    expected.map(({ segments }) => segments[0]?.agreed),
    [1, 0],
  );
  const [commit, kill] = [3, 4];
  // Which input a step feeds is the step modulo 5, and how many records beyond one it is modulo 7.
  const give = (input: number, records: number): number[] =>
    Array.from({ length: records }, () => [0, 21, 7][input] ?? 0);
  for (let r = 0; r <= 3; r += 1) {
    for (let p = 0; p <= 3; p += 1) {
      for (let s = 0; s <= 3; s += 1) {
        const steps = [...give(0, r), ...give(1, p), ...give(2, s), commit, kill, commit];
        assert.deepEqual(await windowsOf(out.log, steps), expected, `killed after ${r}, ${p}, ${s}`);
      }
    }
  }
});

/** requests  r0 (1 s)  r1 (2 s: the same record once more)    responses  p0 (1.01 s)  p1 (2.01 s) */
test('a request that was written twice is two requests, and both have the first response', async () => {
  const out = new LaneLog(lane);
  exchange(out, 1, 'twice');
  exchange(out, 2, 'twice');
  pass(out, 80);
  assert.deepEqual(await windows(out), ['0 s: 2 sampled, 2 compared, requests 0-1, responses 0-0']);
});
