import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as statistics from '../src/index.ts';

interface OracleCase {
  readonly function: string;
  readonly args: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: number;
  readonly source: string;
}

/** What this package exports and the oracle has no cases for: each has a test of its own beside it. */
const withoutOracle = new Set([
  'BottomKSample',
  'QuantileSketch',
  'alarmEvidence',
  'calibration',
  'classScores',
  'concentration',
  'featureAssociation',
  'lookLevel',
  'pairedDifferenceSequence',
  'pairedKolmogorovSmirnov',
  'quantileBounds',
  'quantileRankBounds',
  'rateEvidence',
  'requestsStillNeeded',
  'shrunkenRates',
]);

const oracle = ['statistics.json', 'more.json'].flatMap((file) => casesOf(file));
const casesByFunction = Map.groupBy(oracle, (oracleCase) => oracleCase.function);
const functions = new Map(
  Object.entries(statistics).flatMap(([name, value]) =>
    typeof value === 'function' ? [[name, value as unknown as (args: unknown) => object] as const] : [],
  ),
);

test('every name of the oracle is computed', () => {
  assert.deepEqual(
    [...casesByFunction.keys()].filter((name) => !functions.has(name)),
    [],
  );
});

test('every function is checked against the oracle, or listed as having no cases there', () => {
  const unchecked = [...functions.keys()].filter((name) => !casesByFunction.has(name));
  assert.deepEqual(new Set(unchecked), withoutOracle);
});

for (const [name, compute] of functions) {
  for (const [place, oracleCase] of (casesByFunction.get(name) ?? []).entries()) {
    test(`${name}, case ${place} of ${oracleCase.source}`, () => {
      const actual = new Map<string, unknown>(Object.entries(compute(oracleCase.args)));
      for (const [key, expected] of Object.entries(oracleCase.expected)) {
        assertClose(actual.get(key), expected, oracleCase.tolerance, key);
      }
    });
  }
}

function assertClose(actual: unknown, expected: unknown, tolerance: number, where: string): void {
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual) && actual.length === expected.length, `${where}: as many values`);
    for (const [place, value] of expected.entries()) {
      assertClose(actual[place], value, tolerance, `${where}[${place}]`);
    }
  } else if (typeof expected === 'number' && typeof actual === 'number') {
    assert.ok(Math.abs(actual - expected) <= tolerance, `${where}: ${actual}, the oracle says ${expected}`);
  } else {
    assert.equal(actual, expected, where);
  }
}

function casesOf(file: string): readonly OracleCase[] {
  const text = readFileSync(new URL(`oracles/${file}`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly cases: readonly OracleCase[] }).cases;
}
