/** What a window says where production and shadow change places. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { comparisonKinds, type ComparisonOptions, compileComparison } from '@understudy/comparison';
import { statisticNames } from '@understudy/domain';
import type { Answer, Divergence, LatencyBins, WindowPart } from '@understudy/schemas-avro';
import type { Entry } from '../src/entry.ts';
import { findingsOf } from '../src/findings.ts';
import { nothingFound, type RunningState } from '../src/running-state.ts';
import { WindowBuilder } from '../src/window-builder.ts';
import { windowSettings } from '../src/window-settings.ts';
import { runStart, testLane, windowMs } from './lane-log.ts';
import { testSettings } from './published-lane.ts';
import { said, signed, swapped } from './swapped-findings.ts';

const lane = testLane();
const requestsInWindow = 150;
const windows = 3;

/** In [0, 1), the same in every run: mulberry32. */
function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Kind {
  readonly options: ComparisonOptions;
  /** Two answers to one request are often the same. */
  readonly body: (random: (below: number) => number) => unknown;
}

const words = ['a loan', 'a loan of a house', 'no', 'yes, a loan'];

const kinds: Readonly<Record<string, Kind>> = {
  class: { options: { kind: 'class', label: '/v' }, body: (random) => `class ${random(3)}` },
  'class-scores': {
    options: { kind: 'class-scores', scores: '/v' },
    body: (random) => ({ a: random(9) / 10, b: random(9) / 10, c: random(9) / 10 }),
  },
  number: {
    options: { kind: 'number', value: '/v', absoluteTolerance: 1, relativeTolerance: 0.05 },
    body: (random) => random(40) * 1.7 - 20,
  },
  json: { options: { kind: 'json' }, body: (random) => Array.from({ length: random(4) }, () => random(2)) },
  text: { options: { kind: 'text', text: '/v' }, body: (random) => words[random(4)] },
  ranking: {
    options: { kind: 'ranking', items: '/v' },
    body: (random) => [...new Set([random(4), random(4), random(4)])],
  },
  embedding: {
    options: { kind: 'embedding', vector: '/v', scaleTolerance: 0.1 },
    body: (random) => [random(3), random(3), random(3)],
  },
  stream: { options: { kind: 'stream', text: '/v', format: 'ndjson' }, body: (random) => words[random(4)] },
  'tool-calls': {
    options: { kind: 'tool-calls', calls: '/v' },
    body: (random) => [{ function: { name: `tool ${random(2)}`, arguments: { n: random(2) } } }],
  },
  bytes: { options: { kind: 'bytes' }, body: (random) => random(2) },
};

function entriesOf({ body }: Kind, { isSwapped }: { readonly isSwapped: boolean }): readonly Entry[] {
  const next = seededNumbers(20_261_130);
  const random = (below: number): number => Math.floor(next() * below);
  return Array.from({ length: windows * requestsInWindow }, (_, offset) => {
    const sides = [body(random), body(random)].map((value) => ({
      answer: answerOf(random(30) === 0 ? cut : value, random(20) === 0 ? 422 : 200),
      latencyMs: 5 + Math.round(next() * 400) / 10,
    }));
    const [production, shadow] = isSwapped ? sides.toReversed() : sides;
    assert.ok(production && shadow);
    return {
      request: {
        offset,
        timeMs: runStart + Math.floor(offset / requestsInWindow) * windowMs,
        deadlineMs: Infinity,
        exchangeId: `request ${offset}`,
        payload: {
          requestId: null,
          experiment: 'mortgage',
          body: Buffer.from(JSON.stringify({ self_employed: ['yes', 'no', 'maybe'][random(3)] })),
          production: null,
          exchangeId: `request ${offset}`,
          trace: {},
          key: null,
        },
      },
      production: { offset, result: { outcome: 'answered', error: null, ...production } },
      shadow: {
        offset,
        response: {
          kind: 'first',
          requestOffset: offset,
          requestTime: 0,
          status: 'answered',
          reason: null,
          ...shadow,
        },
      },
    };
  });
}

/** Stands for a body that is no JSON. */
const cut = Symbol('cut');

function answerOf(v: unknown, status: number): Answer {
  const body = Buffer.from(v === cut ? '{"v":' : JSON.stringify({ v }));
  return { status, headers: {}, contentType: 'application/json', body, bodySize: body.length };
}

/** @param partitions - over which the requests are spread, in this order */
function recordsOf(kind: Kind, entries: readonly Entry[], partitions: readonly number[]): Divergence[] {
  let state: RunningState = nothingFound;
  return Array.from({ length: windows }, (_, window) => {
    const windowStart = runStart + window * windowMs;
    const parts: WindowPart[] = partitions.map((partition) => {
      const settings = {
        ...windowSettings(lane, partition)(windowStart),
        plan: compileComparison(kind.options),
      };
      const builder = new WindowBuilder(settings, windowStart);
      for (const entry of entries) {
        const { offset, timeMs } = entry.request;
        if (timeMs === windowStart && offset % partitions.length === partition) builder.fold(entry);
      }
      return builder.part();
    });
    const found = findingsOf(testSettings(lane)(windowStart), state, {
      windowStart,
      windowEnd: windowStart + windowMs,
      parts,
      coverage: null,
    });
    state = found.state;
    return found.records;
  }).flat();
}

function countOf({ counts }: LatencyBins): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

suite('swapping the sides negates what has a sign and changes nothing else in a window of', () => {
  test('every kind there is', () => {
    assert.deepEqual(new Set(Object.keys(kinds)), new Set(comparisonKinds));
    const told = Object.values(kinds).flatMap((kind) => {
      const [record] = recordsOf(kind, entriesOf(kind, { isSwapped: false }), [0]);
      return record?.statistics.map(({ name }) => name) ?? [];
    });
    assert.deepEqual(new Set(told), new Set(statisticNames), 'and every statistic');
  });

  for (const [name, kind] of Object.entries(kinds)) {
    test(`kind ${name}`, () => {
      const records = recordsOf(kind, entriesOf(kind, { isSwapped: false }), [0]);
      const back = recordsOf(kind, entriesOf(kind, { isSwapped: true }), [0]);
      assert.equal(records.length, windows * 4, 'the lane and three segments');
      const last = records.at(-4);
      assert.ok(last && last.segment === null);
      assert.equal(countOf(last.running.sums.productionLatency), windows * requestsInWindow);
      const { agreed, ledger } = last.running.sums;
      assert.ok(agreed > 0 && agreed < ledger.compared, `${agreed} of ${ledger.compared} agree`);
      const reasons = Object.values(last.running.sums.notComparable).reduce((sum, count) => sum + count, 0);
      assert.equal(reasons, ledger.notCompared['not-comparable'] ?? 0);
      assert.equal(reasons > 0, name !== 'bytes', `${reasons} are not comparable`);
      assert.ok(last.statistics.some(({ name: each, estimate }) => signed.includes(each) && estimate !== 0));
      assert.deepEqual(back.map(said), records.map(swapped));
    });

    test(`kind ${name}, and it is the same in another order, over one partition or three`, () => {
      const entries = entriesOf(kind, { isSwapped: false });
      const records = recordsOf(kind, entries, [0]);
      const spread = recordsOf(kind, entries.toReversed(), [0, 1, 2]);
      assert.deepEqual(spread.map(said), records.map(said));
    });
  }
});
