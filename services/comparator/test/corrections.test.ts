/** Recovered requests are compared: their pairs are read again from the log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison, WindowPart } from '@understudy/schemas-avro';
import type { LogLookup } from '@understudy/streams';
import { memoryLookup, type MemoryLookupOptions } from '@understudy/streams/testing';
import { JoinTask } from '../src/join-task.ts';
import { LaneLog, type LoggedRequest, runStart, testLane, windowMs } from './lane-log.ts';

const lane = testLane();
const { requests, productionResponses, shadowResponses, windowParts, comparisons } = lane.topics;
const nextWindow = runStart + windowMs;
/** Production's timeout, a second, and 60 s. */
const deadlineMs = 61_000;
const nothing = { compared: 0, agreed: 0, differences: {}, notCompared: {}, earliest: null };

interface Written {
  readonly parts: readonly WindowPart[];
  readonly comparisons: readonly Comparison[];
}

class Reading {
  readonly task: JoinTask;
  readonly #written: LaneLog;

  constructor(written: LaneLog, start: number = runStart, options: MemoryLookupOptions = {}) {
    this.#written = written;
    const lookup = memoryLookup(written.log, options);
    const state = { start, judgement: 0, buried: {} };
    this.task = new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup });
  }

  async reads(topic: string, from: number = 0): Promise<void> {
    for (const record of this.#written.log.read(topic, 0).slice(from)) await this.task.accept(record);
  }

  async closes(): Promise<Written> {
    const parts: WindowPart[] = [];
    const pairs: Comparison[] = [];
    for (const { topic, value } of this.task.output()?.records ?? []) {
      if (topic === windowParts && value !== null) parts.push(await lane.codecs.decode('window-part', value));
      if (topic === comparisons && value !== null) pairs.push(await lane.codecs.decode('comparison', value));
    }
    return { parts, comparisons: pairs };
  }
}

/** A request of somebody self-employed that is deferred in the first window. */
function deferred(written: LaneLog): LoggedRequest {
  const timeMs = runStart + 100;
  const body = { self_employed: 'yes' };
  const request = { offset: written.request(timeMs, 'x', { body }), timeMs, exchangeId: 'x' };
  written.shadow(timeMs + 50, request);
  return request;
}

/** The requests' time is at the start of a window, and the frontier, too. */
function passes(written: LaneLog, windowStart: number): void {
  written.progress(windowStart + 10, written.raw(requests, windowStart, null), windowStart);
}

/**
 * requests           r0     tick (second window)              tick (third window)
 * shadow responses   deferred      progress   answered r0           progress
 */
test('a recovery is judged by its pair, and counts in the window of the frontier before it', async () => {
  const written = new LaneLog(lane);
  const request = deferred(written);
  written.production(request.timeMs + 10, 'x', 'approved');
  passes(written, nextWindow);
  written.recovery(nextWindow + 1_000, request, 'denied');
  passes(written, nextWindow + windowMs);
  const reading = new Reading(written);
  for (const topic of [requests, productionResponses, shadowResponses]) await reading.reads(topic);
  const { parts, comparisons: pairs } = await reading.closes();
  const [own, counting] = parts.map(({ windowStart, segments }) => ({
    windowStart,
    segments: segments.map(({ segment, ledger, corrections }) => ({
      value: segment?.value ?? null,
      ...ledger,
      corrections: { ...corrections },
    })),
  }));
  const inItsOwn = { sampled: 1, compared: 0, notCompared: { 'shadow-deferred': 1 }, corrections: nothing };
  assert.deepEqual(own, {
    windowStart: runStart,
    segments: [
      { value: null, ...inItsOwn },
      { value: 'yes', ...inItsOwn },
    ],
  });
  const corrections = { ...nothing, compared: 1, differences: { class: 1 }, earliest: request.timeMs };
  const corrected = { sampled: 0, compared: 0, notCompared: {}, corrections };
  assert.deepEqual(counting, {
    windowStart: nextWindow,
    segments: [
      { value: null, ...corrected },
      { value: 'yes', ...corrected },
    ],
  });
  assert.deepEqual(
    pairs.map(({ recovery, windowStart, diverging }) => [
      recovery,
      windowStart,
      diverging?.exchangeId,
      diverging?.productionOutput,
      diverging?.shadowOutput,
      diverging?.requestTime,
    ]),
    [[true, nextWindow, 'x', '"approved"', '"denied"', request.timeMs]],
  );
});

/**
 * shadow responses       deferred   answered r0   progress (second window)
 * production responses                                       p0, or a tick past the deadline
 */
test('a production response that may still come is waited for, and its window stays open', async () => {
  for (const comes of [true, false]) {
    const written = new LaneLog(lane);
    const request = deferred(written);
    written.recovery(request.timeMs + 500, request, 'approved');
    passes(written, nextWindow);
    const reading = new Reading(written);
    for (const topic of [requests, shadowResponses]) await reading.reads(topic);
    assert.equal(reading.task.output(), null);
    assert.equal(reading.task.appetite(productionResponses, null), 'now');
    const untilMs = request.timeMs + deadlineMs + 1;
    assert.deepEqual(
      reading.task.wantedTicks(untilMs + 10_000).find(({ topic }) => topic === productionResponses)?.untilMs,
      untilMs,
    );
    if (comes) written.production(request.timeMs + 30_000, 'x', 'approved');
    else written.raw(productionResponses, untilMs, null);
    await reading.reads(productionResponses);
    const [part] = (await reading.closes()).parts;
    const found = part?.segments[0]?.corrections;
    assert.deepEqual(
      { ...found },
      comes
        ? { ...nothing, compared: 1, agreed: 1, earliest: request.timeMs }
        : { ...nothing, notCompared: { 'missing-production-response': 1 } },
    );
  }
});

test('a production response counts in the join’s own range of time', async () => {
  const counts = async (afterMs: number): Promise<number | undefined> => {
    const written = new LaneLog(lane);
    const request = deferred(written);
    written.production(request.timeMs + afterMs, 'x', 'approved');
    written.raw(productionResponses, request.timeMs + deadlineMs + 1, null);
    passes(written, nextWindow);
    written.recovery(nextWindow + 1_000, request, 'approved');
    passes(written, nextWindow + windowMs);
    const reading = new Reading(written);
    for (const topic of [requests, productionResponses, shadowResponses]) await reading.reads(topic);
    const { parts } = await reading.closes();
    return parts[1]?.segments[0]?.corrections.compared;
  };
  const found = await Promise.all([-10_001, -10_000, deadlineMs, deadlineMs + 1].map(counts));
  assert.deepEqual(found, [0, 1, 1, 0]);
});

test('what may have been deleted is beyond retention, not missing', async () => {
  for (const deleted of [requests, productionResponses]) {
    const written = new LaneLog(lane);
    const request = deferred(written);
    written.production(request.timeMs + 10, 'x', 'approved');
    written.production(request.timeMs + 20, 'another', 'approved');
    passes(written, nextWindow);
    written.recovery(nextWindow + 1_000, request, 'approved');
    passes(written, nextWindow + windowMs);
    const start = (topic: string): number => (topic === deleted ? 1 : 0);
    const reading = new Reading(written, nextWindow, { start });
    for (const topic of [requests, productionResponses, shadowResponses]) await reading.reads(topic);
    const [part] = (await reading.closes()).parts;
    assert.deepEqual(
      part?.segments.map(({ segment, recovered, corrections }) => [
        segment,
        { ...recovered },
        { ...corrections },
      ]),
      [[null, { answered: 1 }, { ...nothing, notCompared: { 'beyond-retention': 1 } }]],
    );
  }
});

/**
 * shadow responses   deferred   progress (second window)   answered r0   progress (fifth window)   answered r0
 *
 * A task that begins with the fifth window, 15 s later, reads nothing of the first recovery.
 */
test('a recovery that repeats another is counted, not compared, also by a task that has not read the first', async () => {
  const written = new LaneLog(lane);
  const request = deferred(written);
  written.production(request.timeMs + 10, 'x', 'approved');
  passes(written, nextWindow);
  written.recovery(nextWindow + 10, request, 'approved');
  const later = nextWindow + 3 * windowMs;
  passes(written, later);
  written.recovery(later + 10, request, 'denied');
  passes(written, later + windowMs);
  const reading = new Reading(written, later);
  await reading.reads(requests, 2);
  await reading.reads(shadowResponses, 3);
  const [part] = (await reading.closes()).parts;
  assert.equal(part?.windowStart, later);
  assert.deepEqual(
    { ...part.segments[0]?.corrections },
    { ...nothing, notCompared: { 'recovered-before': 1 } },
  );
});

/** A shadow that was down for two minutes: one request in 100 ms, all of them answered afterwards, nearly in their order. */
test('a burst of recoveries reads the log once, not once for each', async () => {
  const written = new LaneLog(lane);
  const count = 1_200;
  const all = Array.from({ length: count }, (_, n): LoggedRequest => {
    const exchangeId = `x${n}`;
    const timeMs = runStart + 100 * n;
    return { offset: written.request(timeMs, exchangeId), timeMs, exchangeId };
  });
  for (const { timeMs, exchangeId } of all) written.production(timeMs + 10, exchangeId ?? '', 'approved');
  const last = all.at(-1)?.timeMs ?? runStart;
  written.progress(last + 5, written.raw(requests, last, null), last);
  const pairsSwapped = all.map((request, n) => all[n % 2 === 0 ? n + 1 : n - 1] ?? request);
  for (const request of pairsSwapped) written.recovery(last + 10, request, 'approved');
  const later = windowMs * Math.ceil((last + 1) / windowMs);
  passes(written, later);

  const plain = memoryLookup(written.log);
  let readings = 0;
  const lookup: LogLookup = {
    ...plain,
    offsetAtTime: (...asked) => {
      readings += 1;
      return plain.offsetAtTime(...asked);
    },
    read: (...asked) => {
      readings += 1;
      return plain.read(...asked);
    },
  };
  const state = { start: later - windowMs, judgement: 0, buried: {} };
  const task = new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup });
  for (const topic of [requests, productionResponses, shadowResponses])
    for (const record of written.log.read(topic, 0)) await task.accept(record);
  const part = task.output()?.records.find(({ topic }) => topic === windowParts);
  assert.ok(part?.value);
  const { segments } = await lane.codecs.decode('window-part', part.value);
  assert.equal(segments[0]?.corrections.agreed, count);
  // One for the request and one for its response; the responses are gone through three at a time, once.
  assert.ok(readings <= 2 * count + count / 3 + 10, `${readings} readings`);
});
