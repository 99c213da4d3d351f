import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { alarmEvidence, rateEvidence, type RateEvidenceArgs } from './rate-detector.ts';

type Side = RateEvidenceArgs['side'];

interface Watched {
  readonly limit: number;
  readonly side: Side;
  readonly rate: number;
  readonly trials: number;
  readonly apart: number;
}

/** How many windows go by until the alarm, averaged over many detectors. */
function meanRunLength({ limit, side, rate, trials, apart }: Watched, detectors: number): number {
  const next = seededNumbers(20_260_101);
  let windows = 0;
  for (let detector = 0; detector < detectors; detector += 1) {
    for (let evidence = 0; evidence < alarmEvidence(apart); windows += 1) {
      let events = 0;
      for (let trial = 0; trial < trials; trial += 1) if (next() < rate) events += 1;
      evidence = rateEvidence({ before: evidence, events, trials, limit, side });
    }
  }
  return windows / detectors;
}

test('a rate at its limit raises an alarm no more often than declared', () => {
  const apart = 100;
  for (const side of ['above', 'below'] as const) {
    for (const [limit, trials] of [
      [0.05, 20],
      [0.05, 3],
      [0.3, 50],
    ] as const) {
      const mean = meanRunLength({ limit, side, rate: limit, trials, apart }, 300);
      assert.ok(mean >= apart, `${side} ${limit}: one in ${mean} windows of ${trials}`);
    }
  }
});

test('a shift is found within a few windows, though false alarms are a month apart', () => {
  const apart = (30 * 86_400) / 10; // windows of 10 s
  const found = (rate: number, trials: number, limit = 0.05, side: Side = 'above'): number =>
    meanRunLength({ limit, side, rate, trials, apart }, 100);
  assert.ok(found(0.15, 100) <= 4, 'three times the limit, 100 a window');
  assert.ok(found(0.1, 100) <= 10, 'twice the limit, 100 a window');
  assert.ok(found(0.15, 10) <= 30, 'three times the limit, 10 a window');
  assert.ok(found(1, 1) <= 15, 'every one, one a window');
  assert.ok(found(0, 100, 0.05, 'below') <= 4, 'none where 5% are the least');
});

test('a rate on the right side of its limit leaves little evidence', () => {
  let evidence = 0;
  for (let window = 0; window < 1_000; window += 1)
    evidence = rateEvidence({ before: evidence, events: 1, trials: 100, limit: 0.05, side: 'above' });
  assert.ok(evidence < 1, `${evidence}`);
});

test('the mean ratio of a window is 1 at the limit, and less on the right side of it', () => {
  const meanRatio = (rate: number, side: Side): number => {
    const trials = 8;
    let mean = 0;
    for (let events = 0, chance = (1 - rate) ** trials; events <= trials; events += 1) {
      // From M = 0: ln(1 + L).
      mean += chance * Math.expm1(rateEvidence({ before: 0, events, trials, limit: 0.2, side }));
      chance *= ((trials - events) / (events + 1)) * (rate / (1 - rate));
    }
    return mean;
  };
  assert.ok(Math.abs(meanRatio(0.2, 'above') - 1) < 1e-5);
  assert.ok(Math.abs(meanRatio(0.2, 'below') - 1) < 1e-5);
  assert.ok(meanRatio(0.1, 'above') < 0.6 && meanRatio(0.3, 'below') < 0.8);
});

test('sides mirror each other: too many events are too few of the others', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.nat(1_000),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (events, others, limit) => {
        const trials = events + others;
        const above = rateEvidence({ before: 2, events, trials, limit, side: 'above' });
        const below = rateEvidence({ before: 2, events: others, trials, limit: 1 - limit, side: 'below' });
        assert.ok(Math.abs(above - below) <= 2e-6 + 1e-12 * above, `${above} ${below}`);
      },
    ),
  );
});

test('evidence is a finite number of at least 0, whatever was counted', () => {
  const counts = fc.tuple(fc.nat(1e9), fc.nat(1e9)).map(([a, b]) => ({ events: a, trials: a + b }));
  fc.assert(
    fc.property(
      counts,
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.double({ min: 0, max: 1e3, noNaN: true }),
      (n, limit, before) => {
        const evidence = rateEvidence({ ...n, before, limit, side: 'above' });
        assert.ok(evidence >= 0 && evidence < Infinity);
      },
    ),
  );
});

test('a window without trials says nothing', () => {
  assert.equal(rateEvidence({ before: 1.5, events: 0, trials: 0, limit: 0.05, side: 'above' }), 1.5);
});

test('what can not be is refused', () => {
  const args = { before: 0, events: 1, trials: 2, limit: 0.05, side: 'above' } as const;
  for (const wrong of [{ events: 3 }, { events: -1 }, { trials: Infinity }, { limit: 0 }, { limit: 1 }])
    assert.throws(() => rateEvidence({ ...args, ...wrong }), RangeError);
  assert.throws(() => alarmEvidence(0.5), RangeError);
});
