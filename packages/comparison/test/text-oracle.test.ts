import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rougeL, type RougeLInput, type RougeScore } from '../src/index.ts';
import { porterStem } from '../src/text/porter-stem.ts';

interface OracleCase {
  readonly args: RougeLInput;
  readonly expected: RougeScore;
  readonly tolerance: number;
}

const oracle = read('text.json') as { readonly cases: readonly OracleCase[] };
const { stems } = read('stems.json') as { readonly stems: Readonly<Record<string, string>> };

test('ROUGE-L is that of rouge-score, with and without its stemmer', () => {
  assert.ok(oracle.cases.length > 0);
  for (const { args, expected, tolerance } of oracle.cases) {
    const actual = rougeL(args);
    for (const key of ['precision', 'recall', 'fMeasure'] as const) {
      const apart = Math.abs(actual[key] - expected[key]);
      assert.ok(
        apart <= tolerance,
        `${key} of ${JSON.stringify(args)}: ${actual[key]}, not ${expected[key]}`,
      );
    }
  }
});

test('stems are those of NLTK’s Porter stemmer', () => {
  const words = Object.keys(stems);
  assert.ok(words.length > 0);
  assert.deepEqual(Object.fromEntries(words.map((word) => [word, porterStem(word)])), stems);
});

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`oracles/${file}`, import.meta.url), 'utf8'));
}
