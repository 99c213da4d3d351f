import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Corrections, WindowPart } from '@understudy/schemas-avro';
import { runStart, testLane, windowMs } from '../test/lane-log.ts';
import { testSettings } from '../test/published-lane.ts';
import { findingsOf } from './findings.ts';
import { nothingFound, type RunningState, stateFrom } from './running-state.ts';
import { Sums } from './sums.ts';

const lane = testLane();
const settings = testSettings(lane)(runStart);

interface Given {
  readonly configHash?: string;
  /** Of how many of two partitions the window is; default: all. */
  readonly covered?: number;
  readonly deferred?: number;
  /** Requests compared that were deferred in the window of this number. */
  readonly corrected?: { readonly requests: number; readonly window: number };
}

/** The only part of the window of this number, from 0. */
function part(window: number, { configHash = 'hash', deferred = 0, corrected }: Given): WindowPart {
  const sums = new Sums().toRecord(null);
  const windowStart = runStart + window * windowMs;
  const corrections: Corrections =
    corrected === undefined
      ? sums.corrections
      : {
          ...sums.corrections,
          compared: corrected.requests,
          agreed: corrected.requests,
          earliest: runStart + corrected.window * windowMs + 10,
        };
  const ledger = { sampled: deferred, compared: 0, notCompared: { 'shadow-deferred': deferred } };
  const recovered = { answered: corrected?.requests ?? 0 };
  return {
    lane: lane.name,
    partition: 0,
    windowStart,
    windowEnd: windowStart + windowMs,
    configHash,
    covered: true,
    keepHash: 'keep',
    segments: [{ ...sums, ledger, recovered, corrections }],
    keys: [],
    offsets: [],
    digest: '0',
  };
}

/** The whole lane's records, each window merged by a process that has read back the one before. */
function merged(windows: readonly Given[]) {
  let state: RunningState = nothingFound;
  return windows.map((given, window) => {
    const { windowStart, windowEnd, ...only } = part(window, given);
    const parts = [{ windowStart, windowEnd, ...only }];
    const coverage = given.covered === undefined ? null : { covered: given.covered, of: 2 };
    const { records, alerts } = findingsOf(settings, state, { windowStart, windowEnd, parts, coverage });
    state = stateFrom(records, settings);
    const [record] = records;
    assert.ok(record);
    return { record, alerts };
  });
}

function corrected(windows: readonly Given[]): readonly (readonly [inWindow: number, running: number])[] {
  return merged(windows).map(({ record: { window, running } }) => [
    window.corrections.compared,
    running.sums.corrections.compared,
  ]);
}

test('corrections are in the running sums, beside the ledger that they correct', () => {
  const windows = [{ deferred: 3 }, { corrected: { requests: 2, window: 0 } }];
  assert.deepEqual(corrected(windows), [
    [0, 0],
    [2, 2],
  ]);
  const last = merged(windows).at(-1);
  assert.deepEqual(last?.record.running.sums.ledger.notCompared, { 'shadow-deferred': 3 });
  assert.equal(last.record.verdict?.balanced, true);
  assert.ok(last.alerts.every(({ rule }) => rule !== 'ledger'));
});

test('what corrects requests of a window that was left out is left out of the running sums', () => {
  for (const leftOut of [{ configHash: 'another' }, { covered: 1 }]) {
    const windows = [
      { deferred: 1 },
      { deferred: 2, ...leftOut },
      { deferred: 1, corrected: { requests: 2, window: 1 } },
      { corrected: { requests: 1, window: 2 } },
    ];
    const expected = [
      [0, 0],
      [0, 0],
      [2, 0],
      [1, 1],
    ];
    assert.deepEqual(corrected(windows), expected);
    for (const { record, alerts } of merged(windows)) {
      assert.equal(record.verdict?.balanced, true);
      assert.ok(alerts.every(({ rule }) => rule !== 'ledger'));
    }
  }
});

test('a window that not all partitions cover says so, and is outside verdict, running sums and alerts', () => {
  const [before, partial, after] = merged([{ deferred: 3 }, { deferred: 50, covered: 1 }, { deferred: 1 }]);
  assert.deepEqual(
    [before, partial, after].map((window) => window?.record.coverage),
    [null, { covered: 1, of: 2 }, null],
  );
  assert.equal(partial?.record.window.ledger.sampled, 50);
  assert.equal(partial?.record.configHash, 'hash');
  assert.deepEqual(partial?.record.running.sums, before?.record.running.sums);
  assert.deepEqual(partial?.record.verdict, before?.record.verdict);
  assert.deepEqual(partial?.record.alerts, before?.record.alerts);
  assert.deepEqual(partial?.alerts, []);
  assert.equal(after?.record.running.sums.ledger.sampled, 4);
  assert.equal(after?.record.emptyWindowsBefore, 0);
});
