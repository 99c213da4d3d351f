import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { shrunkenRates } from './shrunken-rates.ts';

const segments = fc.array(
  fc.tuple(fc.nat(100), fc.nat(100)).map(([events, rest]) => ({ events, trials: events + rest })),
  { minLength: 1, maxLength: 20 },
);

test('segments that differ no more than by chance all have the rate of all', () => {
  const rates = shrunkenRates({
    segments: [
      { events: 5, trials: 100 },
      { events: 6, trials: 100 },
      { events: 1, trials: 20 },
    ],
  });
  for (const { rate, weight } of rates) {
    assertClose(rate, 12 / 220);
    assert.equal(weight, 0);
  }
});

test('of segments that differ, large ones keep their own rate, small ones hardly', () => {
  const [large, , small] = shrunkenRates({
    segments: [
      { events: 10, trials: 10_000 },
      { events: 1_000, trials: 10_000 },
      { events: 1, trials: 1 },
    ],
  });
  assertClose(large?.rate, 0.001, 0.001);
  assert.ok((large?.weight ?? 0) > 0.95 && (small?.weight ?? 1) < 0.2);
});

test('every rate lies between its own and that of all, whatever the order', () => {
  fc.assert(
    fc.property(segments, (given) => {
      const rates = shrunkenRates({ segments: given });
      const trials = given.reduce((sum, each) => sum + each.trials, 0);
      if (trials === 0) return assert.ok(rates.every(({ rate }) => rate === null));
      const pooled = given.reduce((sum, each) => sum + each.events, 0) / trials;
      for (const [place, { rate, weight }] of rates.entries()) {
        const own = (given[place]?.events ?? NaN) / (given[place]?.trials ?? NaN);
        assert.ok(weight >= 0 && weight <= 1);
        const ends = [pooled, Number.isNaN(own) ? pooled : own].sort((a, b) => a - b);
        assert.ok((rate ?? NaN) >= (ends[0] ?? NaN) - 1e-12 && (rate ?? NaN) <= (ends[1] ?? NaN) + 1e-12);
      }
      const reversed = shrunkenRates({ segments: given.toReversed() }).toReversed();
      for (const [place, { rate }] of reversed.entries()) assertClose(rate, rates[place]?.rate);
    }),
  );
});

test('small segments’ rates are nearer to the truth than their own, on the whole', () => {
  const next = seededNumbers(20_260_106);
  const truths = Array.from({ length: 300 }, () => 0.05 + 0.1 * next());
  const given = truths.map((truth) => ({
    events: Array.from({ length: 30 }, next).filter((drawn) => drawn < truth).length,
    trials: 30,
  }));
  const rates = shrunkenRates({ segments: given });
  const errorOf = (rate: (place: number) => number): number =>
    truths.reduce((sum, truth, place) => sum + (rate(place) - truth) ** 2, 0);
  const [shrunken, own] = [
    errorOf((place) => rates[place]?.rate ?? NaN),
    errorOf((place) => (given[place]?.events ?? NaN) / 30),
  ];
  assert.ok(shrunken < own / 2, `${shrunken}, ${own}`);
});

test('counts that can’t be are refused', () => {
  assert.throws(() => shrunkenRates({ segments: [{ events: 2, trials: 1 }] }), RangeError);
});
