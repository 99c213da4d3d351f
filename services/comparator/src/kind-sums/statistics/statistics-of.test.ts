import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NumberPair, Segment, Statistic } from '@understudy/schemas-avro';
import { kolmogorovSmirnov } from '@understudy/statistics';
import { PairCounts, pairDetailOf } from '../pair-counts.ts';
import type { PairOutputs } from '../pair-outputs.ts';
import { saltedRank } from '../salted-rank.ts';
import { statisticsOf } from './statistics-of.ts';

const nothing: PairOutputs = { classes: null, numbers: null, score: null };

interface Given {
  readonly outputs?: readonly PairOutputs[];
  /** Production's and the shadow's, ms. */
  readonly latencies?: readonly (readonly [number, number])[];
  readonly segment?: Segment;
}

/** By name. */
function statisticsFor({
  outputs = [],
  latencies = [],
  segment,
}: Given): Readonly<Record<string, Statistic>> {
  const counts = new PairCounts(pairDetailOf(segment ?? null, 1));
  for (const each of outputs)
    counts.count({ outputs: each, productionLatencyMs: null, shadowLatencyMs: null });
  for (const [productionLatencyMs, shadowLatencyMs] of latencies)
    counts.count({ outputs: null, productionLatencyMs, shadowLatencyMs });
  const found = statisticsOf({ segment: segment ?? null, ...counts.toRecord() }, 0.95);
  return Object.fromEntries(found.map((each) => [each.name, each]));
}

function numberPair(id: number, production: number, shadow: number): NumberPair {
  return { rank: saltedRank('test', `${id}`), production, shadow, within: production === shadow };
}

function times<T>(count: number, make: (place: number) => T): T[] {
  return Array.from({ length: count }, (_, place) => make(place));
}

/** 1% of the pairs move across one point, from 0.4 to 0.6; the rest are equal, half at 0.2 and half at 0.8. */
const moved = times(10_000, (place) => {
  if (place % 100 === 0) return numberPair(place, 0.4, 0.6);
  const value = place < 5_000 ? 0.2 : 0.8;
  return numberPair(place, value, value);
});

suite('numbers', () => {
  test('1% of 10,000 pairs that move across one point are found where a test for independent samples is blind', () => {
    const found = statisticsFor({ outputs: moved.map((numbers) => ({ ...nothing, numbers })) });
    const blind = kolmogorovSmirnov({
      first: moved.map(({ production }) => production),
      second: moved.map(({ shadow }) => shadow),
      method: 'asymptotic',
    });
    assert.ok(Math.abs((blind.pValue ?? 0) - 0.7) < 0.01, `${blind.pValue}`);
    assert.ok((found['kolmogorovSmirnov']?.pValue ?? 0) > 0.7, 'nor does it see it in the sample');
    assert.equal(found['shareOutsideTolerance']?.estimate, 0.01);
    assert.ok((found['shareOutsideTolerance'].lower ?? 0) > 0.005);
    assert.deepEqual(found['signTest'], {
      name: 'signTest',
      estimate: 0.01,
      lower: null,
      upper: null,
      pValue: 1.57772e-30,
      reason: null,
    });
    assert.equal(found['meanDifference']?.estimate, 0.002);
  });

  test('a shift is told with its interval, from at most 500 pairs', () => {
    const outputs = times(2_000, (id) => ({ ...nothing, numbers: numberPair(id, id % 37, (id % 37) + 2) }));
    const found = statisticsFor({ outputs });
    const { estimate, lower, upper } = found['hodgesLehmann'] ?? {};
    assert.deepEqual([estimate, lower, upper], [2, 2, 2]);
    assert.equal(found['wilcoxonSignedRank']?.estimate, 0);
    assert.equal(found['pairedKolmogorovSmirnov']?.pValue, 1 / 200);
    assert.equal(found['wasserstein']?.estimate, 2);
    assert.equal(found['signTest']?.estimate, 1);
  });

  test('what is within tolerance counts as no difference, and is not swapped', () => {
    const outputs = times(100, (id) => ({
      ...nothing,
      numbers: { ...numberPair(id, id, id + 0.25), within: true },
    }));
    const found = statisticsFor({ outputs });
    assert.equal(found['shareOutsideTolerance']?.estimate, 0);
    assert.equal(found['hodgesLehmann']?.estimate, 0);
    assert.equal(found['wilcoxonSignedRank']?.reason, 'no pair differs');
    assert.deepEqual(
      [found['pairedKolmogorovSmirnov']?.estimate, found['pairedKolmogorovSmirnov']?.pValue],
      [0, 1],
    );
    assert.equal(found['meanDifference']?.estimate, 0.25);
  });

  test('beyond the range of the sums, what is told by size is null and says why', () => {
    const outputs = [numberPair(1, 1, 2), numberPair(2, 1, 1e300)].map((numbers) => ({
      ...nothing,
      numbers,
    }));
    const found = statisticsFor({ outputs });
    assert.equal(found['signTest']?.estimate, 1);
    for (const name of ['meanDifference', 'concordance', 'hodgesLehmann', 'pairedKolmogorovSmirnov']) {
      assert.equal(found[name]?.estimate, null, name);
      assert.equal(found[name].reason, 'undefined: 1 pair has a number beyond 2^60, about 1.15e18');
    }
  });

  test('random swaps are made for the whole lane only', () => {
    const outputs = [{ ...nothing, numbers: numberPair(1, 1, 2) }];
    assert.ok('pairedKolmogorovSmirnov' in statisticsFor({ outputs }));
    const inSegment = statisticsFor({ outputs, segment: { field: 'f', value: 'v' } });
    assert.ok(!('pairedKolmogorovSmirnov' in inSegment) && 'hodgesLehmann' in inSegment);
  });
});

suite('classes', () => {
  const classes = (production: string, shadow: string): PairOutputs => ({
    ...nothing,
    classes: { production, shadow },
  });

  test('agreement beyond chance, and whether disagreements go one way', () => {
    const outputs = [
      ...times(40, () => classes('"a"', '"a"')),
      ...times(40, () => classes('"b"', '"b"')),
      ...times(20, () => classes('"a"', '"b"')),
    ];
    const found = statisticsFor({ outputs });
    // Po = 0.8; Pe = 0.6 · 0.4 + 0.4 · 0.6 = 0.48; chi-square (20 - 0)² / 20 with one degree of freedom.
    assert.equal(found['cohensKappa']?.estimate, 0.615385);
    assert.equal(found['bowkerSymmetry']?.estimate, 20);
    assert.equal(found['stuartMaxwell']?.estimate, 20);
    assert.equal(found['stuartMaxwell'].pValue, 7.74422e-6);
    assert.equal(found['gwetAC1']?.estimate, 0.6);
  });

  test('where more than 1% of the pairs have a class that is not told apart, they are null and say why', () => {
    const few = [
      ...times(10_000, () => classes('"0"', '"0"')),
      ...times(31, (n) => classes(`"${n}"`, '"1"')),
    ];
    assert.equal(statisticsFor({ outputs: few })['cohensKappa']?.reason, null);
    const many = times(400, (n) => classes(`"${n % 40}"`, `"${n % 40}"`));
    const found = statisticsFor({ outputs: many });
    assert.equal(Object.keys(found).length, 4);
    for (const { estimate, reason } of Object.values(found)) {
      assert.equal(estimate, null);
      assert.equal(reason, 'there are more than 30 classes: 100 of 400 pairs have another one');
    }
  });
});

test('scores are told by quantiles, to the width of a bin, and the share that is far off', () => {
  const outputs = times(1_000, (n) => ({ ...nothing, score: n < 200 ? 0.256 : 1 }));
  const found = statisticsFor({ outputs });
  assert.equal(found['medianScore']?.estimate, 1);
  assert.equal(found['tenthPercentileScore']?.estimate, 0.255);
  assert.equal(found['shareOfScoresBelowHalf']?.estimate, 0.2);
  const few = statisticsFor({ outputs: outputs.slice(0, 1) });
  assert.match(few['medianScore']?.reason ?? '', /too few/);
});

test('latencies are told by the shift on the same requests, within 1%', () => {
  const slower = statisticsFor({ latencies: times(1_001, (n) => [n, n + 50]) });
  assert.ok(Math.abs((slower['latencyMedianShift']?.estimate ?? 0) - 50) <= 0.5);
  assert.equal(slower['latencySignTest']?.estimate, 1);
  const mixed = statisticsFor({
    latencies: [
      [10, 30],
      [10, 20],
      [7, 7],
      [20, 10],
    ],
  });
  // -10, 0, 10 and 20: the middle of 0 and 10.
  assert.ok(Math.abs((mixed['latencyMedianShift']?.estimate ?? 0) - 5) <= 0.05);
  assert.equal(mixed['latencySignTest']?.estimate, 0.25);
});

test('of more than 100 segments none holds pairs, the whole lane does', () => {
  const segment = { field: 'f', value: 'v' };
  assert.deepEqual([pairDetailOf(segment, 100), pairDetailOf(segment, 101)], ['segment', 'none']);
  assert.equal(pairDetailOf(null, 101), 'lane');
  const counts = new PairCounts('none');
  counts.count({ outputs: { ...nothing, score: 1 }, productionLatencyMs: 1, shadowLatencyMs: 2 });
  assert.deepEqual(counts.toRecord(), { outputs: null, latencyShift: null });
});

test('of sums that hold no pairs there is nothing to tell', () => {
  assert.deepEqual(statisticsFor({}), {});
});
