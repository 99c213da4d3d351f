import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComparisonOptions, compileComparison } from './comparison-plan.ts';
import { ComparisonOptionError } from './options.ts';

test('defaults: nothing ignored, no tolerance, scores not judged', () => {
  assert.deepEqual(compileComparison({ kind: 'json' }), {
    kind: 'json',
    document: null,
    rules: null,
    tolerances: { absoluteTolerance: 0, relativeTolerance: 0 },
    error: null,
  });
  assert.deepEqual(compileComparison({ kind: 'class', label: '' }), {
    kind: 'class',
    label: { text: '', segments: [] },
    names: new Map(),
    top: null,
    score: null,
    scoreTolerance: null,
    error: null,
  });
  assert.deepEqual(compileComparison({ kind: 'number', value: '/a' }), {
    kind: 'number',
    value: { text: '/a', segments: ['a'] },
    absoluteTolerance: 0,
    relativeTolerance: 0,
    units: null,
    unit: null,
    error: null,
  });
});

test('a bad option is refused by name, saying what to write', () => {
  const refused: readonly (readonly [ComparisonOptions, option: string, message: string])[] = [
    [
      { kind: 'class', label: 'decision' },
      'label',
      'label: "decision" is not a JSON Pointer: write "/decision"',
    ],
    [{ kind: 'class', label: '/a', score: 'b' }, 'score', 'score: "b" is not a JSON Pointer: write "/b"'],
    [
      { kind: 'class', label: '/a', scoreTolerance: 0.1 },
      'scoreTolerance',
      'scoreTolerance: only together with score, the place of what it is about, such as score: "/score"',
    ],
    [
      { kind: 'class', label: '/a', score: '/b', scoreTolerance: -1 },
      'scoreTolerance',
      'scoreTolerance: must be a finite number of at least 0, got -1',
    ],
    [{ kind: 'number', value: 'x' }, 'value', 'value: "x" is not a JSON Pointer: write "/x"'],
    [
      { kind: 'number', value: '/x', absoluteTolerance: Number.NaN },
      'absoluteTolerance',
      'absoluteTolerance: must be a finite number of at least 0, got NaN',
    ],
    [
      { kind: 'number', value: '/x', relativeTolerance: Infinity },
      'relativeTolerance',
      'relativeTolerance: must be a finite number of at least 0, got Infinity',
    ],
    [
      { kind: 'json', ignore: ['/a', ''] },
      'ignore',
      'ignore: "" is the whole body, nothing would be compared: name a field, such as "/id"',
    ],
    [{ kind: 'json', ignore: ['$.a'] }, 'ignore', 'ignore: "$.a" is not a JSON Pointer: write "/a"'],
    [
      { kind: 'json', numberTolerance: -0.1 },
      'numberTolerance',
      'numberTolerance: must be a finite number of at least 0, got -0.1',
    ],
  ];
  for (const [options, option, message] of refused) {
    assert.throws(
      () => compileComparison(options),
      (error) =>
        error instanceof ComparisonOptionError && error.option === option && error.message === message,
      message,
    );
  }
});
