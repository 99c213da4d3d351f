import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bodies, jsonAnswer, textAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Compared } from '../comparison.ts';
import { compileComparison } from '../comparison-plan.ts';
import type { JsonOptions } from './json-plan.ts';

function compare(production: unknown, shadow: unknown, options: Omit<JsonOptions, 'kind'> = {}): Compared {
  const plan = compileComparison({ kind: 'json', ...options });
  const result = compareAnswers(plan, jsonAnswer(production), jsonAnswer(shadow));
  assert.ok(result.outcome !== 'not-comparable');
  return result;
}

/** The differences as `category path production shadow`. */
function lines({ differences }: Compared): string[] {
  return differences.map(({ category, path, production, shadow }) =>
    [category, path, production ?? '-', shadow ?? '-'].join(' '),
  );
}

test('every category, in the order of the paths', () => {
  const production = { a: 1, b: 'x', c: [1, 2, 3], d: { e: null }, f: true };
  const shadow = { g: [], d: { e: 0 }, c: [1, 5], b: 'y', a: 2 };
  const result = compare(production, shadow);
  assert.equal(result.outcome, 'differ');
  assert.deepEqual(lines(result), [
    'number /a 1 2',
    'value /b "x" "y"',
    'size /c 3 2',
    'number /c/1 2 5',
    'type /d/e null 0',
    'missing /f true -',
    'extra /g - []',
  ]);
  assert.deepEqual(result.categories, ['number', 'value', 'type', 'size', 'missing', 'extra']);
  // Leaves: a, b, c/0 (equal), c/1, c/2, d/e, f, g.
  assert.equal(result.score, 1 / 8);
});

test('the order of keys does not matter', () => {
  assert.equal(compare({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }).outcome, 'agree');
});

test('numbers agree within the tolerance, which is included', () => {
  assert.equal(compare([1], [1.25], { numberTolerance: 0.25 }).outcome, 'agree');
  assert.equal(compare([1], [1.26], { numberTolerance: 0.25 }).outcome, 'differ');
});

test('numbers beyond a double are equal to themselves and to no other', () => {
  const plan = compileComparison({ kind: 'json', numberTolerance: 1 });
  const huge = textAnswer('[1e400]');
  assert.equal(compareAnswers(plan, huge, huge).outcome, 'agree');
  assert.equal(compareAnswers(plan, huge, textAnswer('[-1e400]')).outcome, 'differ');
  assert.equal(compareAnswers(plan, huge, textAnswer('[1]')).outcome, 'differ');
});

test('what one side lacks weighs as much as it holds', () => {
  assert.equal(compare({ a: 1, b: { c: 1, d: [1, 2] } }, { a: 1 }).score, 1 / 4);
  assert.equal(compare({ a: 1, b: [1, 2, 3] }, { a: 1, b: 'none' }).score, 1 / 4);
  assert.equal(compare([1, 2, [3, 4]], [1]).score, 1 / 4);
});

test('empty objects and arrays are places of their own', () => {
  assert.equal(compare({}, {}).score, 1);
  assert.equal(compare([], []).score, 1);
  assert.deepEqual(lines(compare({}, [])), ['type  {} []']);
  assert.deepEqual(lines(compare([], [1])), ['size  0 1']);
  assert.deepEqual(lines(compare({ a: {} }, { a: { b: 1 } })), ['extra /a/b - 1']);
});

test('an ignored path is left out with all below it, on either side', () => {
  const ignore = ['/id', '/meta/time'];
  const production = { id: 1, meta: { time: { s: 1, ms: 2 }, host: 'a' }, x: 1 };
  assert.equal(compare(production, { meta: { time: 5, host: 'a' }, x: 1 }, { ignore }).outcome, 'agree');
  assert.deepEqual(lines(compare(production, { id: 1, meta: { host: 'b' }, x: 1 }, { ignore })), [
    'value /meta/host "a" "b"',
  ]);
});

test('a star stands for any one key or index', () => {
  const ignore = ['/items/*/id', '/*/seen', '/items/1/note'];
  const production = {
    items: [
      { id: 1, v: 1 },
      { id: 2, v: 2, note: 'a' },
    ],
    user: { seen: 1 },
  };
  const shadow = {
    items: [
      { id: 8, v: 1 },
      { id: 9, v: 2, note: 'b' },
    ],
    user: { seen: 2 },
  };
  assert.equal(compare(production, shadow, { ignore }).outcome, 'agree');
  assert.deepEqual(
    lines(compare(production, shadow, { ignore: ['/items/*/id', '/*/seen', '/items/0/note'] })),
    ['value /items/1/note "a" "b"'],
  );
});

test('nothing ignored counts in the score, nor where one side lacks it', () => {
  const ignore = ['/items/*/id'];
  assert.equal(compare({ a: 1, items: [{ id: 1, v: 1 }] }, { a: 1, items: [] }, { ignore }).score, 1 / 2);
  assert.equal(compare({ a: 1, items: [{ id: 1 }] }, { a: 1, items: [{ id: 2 }] }, { ignore }).score, 1);
  assert.equal(compare({ a: 1 }, { a: 2 }, { ignore: ['/a'] }).score, 1);
});

test('the length of an array is judged even if its elements are ignored', () => {
  const result = compare({ items: [1] }, { items: [1, 2] }, { ignore: ['/items/*'] });
  assert.deepEqual(lines(result), ['size /items 1 2']);
  assert.equal(result.score, 0);
});

test('keys that mean something in JavaScript, or in a pointer, are data', () => {
  const plan = compileComparison({ kind: 'json' });
  const result = compareAnswers(
    plan,
    textAnswer('{"__proto__":{"a":1},"constructor":1,"a/b":1,"m~n":1}'),
    textAnswer('{"__proto__":{"a":2},"toString":1,"a/b":2,"m~n":2}'),
  );
  assert.ok(result.outcome === 'differ');
  assert.deepEqual(lines(result), [
    'number /__proto__/a 1 2',
    'number /a~1b 1 2',
    'missing /constructor 1 -',
    'number /m~0n 1 2',
    'extra /toString - 1',
  ]);
});

test('at most 50 differences are listed, all are counted, and no category is lost', () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  const result = compare({ a: numbers, z: 'x' }, { a: numbers.map((number) => number + 1), z: 'y' });
  assert.equal(result.differences.length, 50);
  assert.equal(result.differenceCount, 1001);
  assert.deepEqual(result.categories, ['number', 'value']);
  assert.equal(result.differences[49]?.path, '/a/49');
});

test('values and paths are cut', () => {
  const key = 'k'.repeat(1000);
  const result = compare({ [key]: 'x'.repeat(1000) }, { [key]: 1 });
  const [difference] = result.differences;
  assert.ok(difference);
  assert.equal(difference.path, `/${'k'.repeat(198)}…`);
  assert.equal(difference.production?.length, 200);
});

test('64 levels are read, 65 are not, and where only one side goes deep it is a difference', () => {
  const nested = (depth: number, inside: string): string => '['.repeat(depth) + inside + ']'.repeat(depth);
  const plan = compileComparison({ kind: 'json' });
  const outcome = (production: string, shadow: string): unknown =>
    compareAnswers(plan, textAnswer(production), textAnswer(shadow));
  const tooDeep = { outcome: 'not-comparable', reason: 'too-deep' };
  assert.notDeepEqual(outcome(nested(64, '1'), nested(64, '2')), tooDeep);
  assert.deepEqual(outcome(nested(65, '1'), nested(65, '2')), tooDeep);
  assert.deepEqual(outcome(nested(100_000, ''), nested(100_000, '')), tooDeep);
  assert.deepEqual(
    outcome(`{"a":1,"b":${nested(100_000, '')}}`, `{"a":2,"b":${nested(100_000, '')}}`),
    tooDeep,
  );
  const oneSide = compareAnswers(
    plan,
    textAnswer(`{"b":${nested(100_000, '')}}`),
    textAnswer('{"b":1,"a":1}'),
  );
  assert.ok(oneSide.outcome === 'differ');
  assert.deepEqual(oneSide.categories, ['type', 'extra']);
  const ignoring = compileComparison({ kind: 'json', ignore: ['/b'] });
  const ignored = compareAnswers(ignoring, textAnswer(`{"b":${nested(100_000, '')}}`), textAnswer('{}'));
  assert.equal(ignored.outcome, 'agree');
});

test('a body agrees with itself, and with nothing that JSON can tell from it', () => {
  fc.assert(
    fc.property(bodies, bodies, (a, b) => {
      assert.equal(compare(a, a).outcome, 'agree');
      assert.equal(compare(a, a).score, 1);
      const isEqual = JSON.stringify(sortedKeys(a)) === JSON.stringify(sortedKeys(b));
      assert.equal(compare(a, b).outcome === 'agree', isEqual);
      assert.equal(compare(a, b).score === 1, isEqual);
    }),
    { numRuns: 500 },
  );
});

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([key, child]) => [key, sortedKeys(child)]) };
}
