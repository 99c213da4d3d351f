import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSymmetric, bodies, jsonAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Compared, Comparison } from '../comparison.ts';
import { compileComparison } from '../comparison-plan.ts';
import { ComparisonOptionError } from '../options.ts';
import type { JsonOptions } from './json-plan.ts';

function compare(production: unknown, shadow: unknown, options: Omit<JsonOptions, 'kind'> = {}): Compared {
  const found = comparison(production, shadow, options);
  assert.ok(found.outcome !== 'not-comparable');
  return found;
}

function comparison(production: unknown, shadow: unknown, options: Omit<JsonOptions, 'kind'>): Comparison {
  const plan = compileComparison({ kind: 'json', ...options });
  return compareAnswers(plan, jsonAnswer(production), jsonAnswer(shadow));
}

/** The differences as `category path production shadow`. */
function lines({ differences }: Compared): string[] {
  return differences.map(({ category, path, production, shadow }) =>
    [category, path, production ?? '-', shadow ?? '-'].join(' '),
  );
}

test('a rule’s tolerances hold there and below, in place of those above', () => {
  const rules = [
    { path: '/prices', relativeTolerance: 0.1 },
    { path: '/prices/*/tax', absoluteTolerance: 5 },
    { path: '/prices/vat', absoluteTolerance: 0.5 },
  ];
  const a = { prices: { net: 100, de: { tax: 1 }, vat: 1 }, count: 10 };
  const b = { prices: { net: 91, de: { tax: 6 }, vat: 1.6 }, count: 10.5 };
  assert.deepEqual(lines(compare(a, b, { rules, numberTolerance: 0.5 })), ['number /prices/vat 1 1.6']);
  assert.deepEqual(lines(compare(a, b, { rules })), ['number /count 10 10.5', 'number /prices/vat 1 1.6']);
});

test('the key itself counts before a star, of equal patterns what is ignored', () => {
  const rules = [
    { path: '/*', absoluteTolerance: 9 },
    { path: '/a', absoluteTolerance: 1 },
    { path: '/b', absoluteTolerance: 0 },
  ];
  assert.deepEqual(lines(compare({ a: 1, b: 1, c: 1 }, { a: 4, b: 4, c: 4 }, { rules, ignore: ['/b'] })), [
    'number /a 1 4',
  ]);
});

test('elements of a list without order are told apart by a key, and named by it', () => {
  const rules = [{ path: '/items', unorderedBy: '/sku' }];
  const a = [
    { sku: 'a', n: 1 },
    { sku: 'b', n: 2 },
    { sku: 'c', n: 3 },
  ];
  assert.equal(compare({ items: a }, { items: a.toReversed() }, { rules }).outcome, 'agree');
  const b = [{ sku: 'c', n: 4 }, { sku: 'a', n: 1 }, { sku: 'd' }];
  assert.deepEqual(lines(compare({ items: a }, { items: b }, { rules })), [
    'missing /items/["b"] {"n":2,"sku":"b"} -',
    'number /items/["c"]/n 3 4',
    'extra /items/["d"] - {"sku":"d"}',
  ]);
});

test('a list of plain values without order is a bag', () => {
  const rules = [{ path: '', unorderedBy: '' }];
  assert.equal(compare([1, 'x', 1], ['x', 1, 1], { rules }).outcome, 'agree');
  assert.deepEqual(lines(compare([1, 1], [1, '1'], { rules })), ['extra /["1"] - "1"', 'missing /[1]#2 1 -']);
  assert.equal(compare([], [], { rules }).score, 1);
});

test('what is ignored or tolerated in any element is so in one with a key', () => {
  const options = {
    ignore: ['/*/time'],
    rules: [
      { path: '', unorderedBy: '/id' },
      { path: '/*/n', absoluteTolerance: 1 },
    ],
  };
  const a = [{ id: 1, n: 1, time: 5 }, { id: 2 }];
  assert.equal(
    compare(
      a,
      [
        { id: 2, time: 1 },
        { id: 1, n: 2 },
      ],
      options,
    ).outcome,
    'agree',
  );
});

test('a list that holds the same in another order is one difference', () => {
  const found = compare({ a: [1, { b: 2, c: 3 }, 'x'] }, { a: ['x', { c: 3, b: 2 }, 1] });
  assert.deepEqual(lines(found), ['order /a [1,{"b":2,"c":3},"x"] ["x",{"b":2,"c":3},1]']);
  assert.equal(found.score, 2 / 4);
  assert.deepEqual(
    lines(
      compare(
        [
          { id: 1, v: 1 },
          { id: 2, v: 2 },
        ],
        [{ id: 3, v: 2 }, { v: 1 }],
        { ignore: ['/*/id'] },
      ),
    ),
    ['order  [{"id":1,"v":1},{"id":2,"v":2}] [{"id":3,"v":2},{"v":1}]'],
  );
  assert.deepEqual(lines(compare([1, 2, 3], [1, 3, 4])), ['number /1 2 3', 'number /2 3 4']);
});

test('a document may be a part of the body, or JSON in a text of it, fenced or not', () => {
  const options = { document: '$.choices[0].text' };
  const body = (text: unknown): unknown => ({ choices: [{ text }] });
  const fenced = 'Here: \n';
  assert.equal(compare(body('{"a": 1}'), body('```json\n{"a":1}\n```\n'), options).outcome, 'agree');
  assert.equal(compare(body('{"a": 1}'), body({ a: 1 }), options).outcome, 'agree');
  assert.deepEqual(lines(compare(body('[1]'), body('```\n[2]\n```'), options)), ['number /0 1 2']);
  assert.deepEqual(comparison(body('{}'), body(`${fenced}{}`), options), {
    outcome: 'not-comparable',
    reason: 'shadow-document-not-json',
  });
  assert.deepEqual(comparison(body('{}'), {}, options), {
    outcome: 'not-comparable',
    reason: 'shadow-document-missing',
  });
});

test('a rule that says nothing is refused', () => {
  assert.throws(
    () => compileComparison({ kind: 'json', rules: [{ path: '/a' }] }),
    (error) =>
      error instanceof ComparisonOptionError && /for "\/a" needs absoluteTolerance/.test(error.message),
  );
});

test('swapping the sides changes names only', () => {
  const rules = [
    { path: '', unorderedBy: '/label' },
    { path: '/a', unorderedBy: '' },
    { path: '/*/score', relativeTolerance: 0.1 },
  ];
  assertSymmetric({ kind: 'json', rules, ignore: ['/*/b'] }, bodies.map(jsonAnswer));
});
