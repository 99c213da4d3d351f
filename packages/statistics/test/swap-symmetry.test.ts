/** What production and shadow are called must not matter: signed numbers change their sign, unsigned ones stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as statistics from '../src/index.ts';
import { assertClose } from './close.ts';

type Values = Readonly<Record<string, unknown>>;
type Pairs = readonly (readonly [number, number])[];

const value = fc.integer({ min: -4, max: 4 });
const pairLists = fc.array(fc.tuple(value, value), { maxLength: 40 });
const classes = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/** Every function of two sides, given pairs of values or of classes. */
const functions: Readonly<Record<string, (pairs: Pairs) => object>> = {
  bowkerSymmetry: (pairs) => statistics.bowkerSymmetry({ confusion: confusionOf(pairs) }),
  cohensKappa: (pairs) => statistics.cohensKappa({ confusion: confusionOf(pairs) }),
  concordance: (pairs) => statistics.concordance({ x: side(pairs, 0), y: side(pairs, 1) }),
  gwetAC1: (pairs) => statistics.gwetAC1({ confusion: confusionOf(pairs) }),
  hodgesLehmann: (pairs) => statistics.hodgesLehmann({ differences: pairs.map(([a, b]) => b - a) }),
  kolmogorovSmirnov: (pairs) =>
    statistics.kolmogorovSmirnov({ first: side(pairs, 0), second: side(pairs, 1), method: 'exact' }),
  mcnemarExact: (pairs) => statistics.mcnemarExact({ b: count(pairs, -1), c: count(pairs, 1) }),
  pairedKolmogorovSmirnov: (pairs) =>
    statistics.pairedKolmogorovSmirnov({
      first: side(pairs, 0),
      second: side(pairs, 1),
      seed: 3,
      permutations: 49,
    }),
  pairedProportionDifference: (pairs) =>
    statistics.pairedProportionDifference({
      both: count(pairs, 0),
      neither: 3,
      firstOnly: count(pairs, -1),
      secondOnly: count(pairs, 1),
      confidence: 0.95,
    }),
  pearson: (pairs) => statistics.pearson({ x: side(pairs, 0), y: side(pairs, 1) }),
  populationStabilityIndex: (pairs) =>
    statistics.populationStabilityIndex({
      reference: side(pairs, 0),
      current: side(pairs, 1),
      edges: [-2, 0, 2],
      confidence: 0.95,
    }),
  signTest: (pairs) => statistics.signTest({ positive: count(pairs, 1), negative: count(pairs, -1) }),
  spearman: (pairs) => statistics.spearman({ x: side(pairs, 0), y: side(pairs, 1) }),
  stuartMaxwell: (pairs) => statistics.stuartMaxwell({ confusion: confusionOf(pairs) }),
  wasserstein: (pairs) => statistics.wasserstein({ first: side(pairs, 0), second: side(pairs, 1) }),
  wilcoxonSignedRank: (pairs) => statistics.wilcoxonSignedRank({ differences: pairs.map(([a, b]) => b - a) }),
};

/** Those whose numbers say in which direction the sides differ. */
const signed = new Set(['hodgesLehmann', 'pairedProportionDifference']);

for (const [name, compute] of Object.entries(functions)) {
  test(`${name}: swapping the sides ${signed.has(name) ? 'negates it, interval and all' : 'changes nothing'}`, () => {
    fc.assert(
      fc.property(pairLists, (pairs) => {
        const given = compute(pairs) as Values;
        const swapped = compute(pairs.map(([a, b]) => [b, a])) as Values;
        assertAlike(swapped, signed.has(name) ? negated(given) : given);
      }),
    );
  });
}

test('nothing is NaN, and null comes with a reason', () => {
  fc.assert(
    fc.property(pairLists, (pairs) => {
      for (const [name, compute] of Object.entries(functions)) {
        const { reason, ...values } = compute(pairs) as Values;
        const all = Object.values(values);
        assert.ok(!all.some(Number.isNaN), name);
        assert.equal(all.includes(null), reason !== null, name);
      }
    }),
  );
});

function negated(given: Values): Values {
  const minus = (each: unknown): unknown => (typeof each === 'number' ? -each : each);
  const { lower, upper, ...rest } = given;
  const entries = Object.entries(rest).map(([key, each]) => [key, minus(each)] as const);
  return { ...Object.fromEntries(entries), lower: minus(upper), upper: minus(lower) };
}

function assertAlike(actual: Values, expected: Values): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [key, each] of Object.entries(expected)) {
    if (typeof each === 'number') assertClose(actual[key] as number | null, each, 1e-9);
    else assert.equal(actual[key], each, key);
  }
}

function side(pairs: Pairs, which: 0 | 1): number[] {
  return pairs.map((pair) => pair[which]);
}

/** How many pairs go up (1), down (-1), or neither way. */
function count(pairs: Pairs, direction: -1 | 0 | 1): number {
  return pairs.filter(([a, b]) => Math.sign(b - a) === direction).length;
}

function confusionOf(pairs: Pairs): number[][] {
  return classes.map((row) =>
    classes.map((column) => pairs.filter(([a, b]) => a === row && b === column).length),
  );
}
