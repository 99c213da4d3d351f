import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonAnswer } from '../test/answers.ts';
import { compareAnswers } from './compare-answers.ts';
import { compileComparison } from './comparison-plan.ts';
import { isRight, readTruth } from './truth.ts';

const classes = compileComparison({ kind: 'class', label: '/decision', score: '/score' });
const numbers = compileComparison({
  kind: 'number',
  value: '/price',
  absoluteTolerance: 0.5,
  relativeTolerance: 0.125,
});

function outputsOf(plan: typeof classes, production: unknown, shadow: unknown): readonly [string, string] {
  const compared = compareAnswers(plan, jsonAnswer(production), jsonAnswer(shadow));
  assert.ok(compared.outcome !== 'not-comparable' && compared.outputs !== null);
  return [compared.outputs.production, compared.outputs.shadow];
}

function verdictOn(plan: typeof classes, output: string, label: string): boolean | null {
  const truth = readTruth(plan, label);
  return truth === null ? null : isRight(plan, output, truth);
}

test('a class is right if it is the label, whatever the score and the spelling of the JSON', () => {
  const [approved, denied] = outputsOf(classes, { decision: 'approved', score: 0.9 }, { decision: 'denied' });
  assert.equal(verdictOn(classes, approved, ' "\\u0061pproved" '), true);
  assert.equal(verdictOn(classes, denied, '"approved"'), false);
  const [number, text] = outputsOf(classes, { decision: 1 }, { decision: '1' });
  assert.equal(verdictOn(classes, number, '1.0'), true);
  assert.equal(verdictOn(classes, text, '1'), false);
});

test('a number is right within the tolerances that let it agree', () => {
  const [near, far] = outputsOf(numbers, { price: 70 }, { price: 69 });
  assert.equal(verdictOn(numbers, near, '80'), true, 'an eighth of 80 is 10');
  assert.equal(verdictOn(numbers, far, '80'), false);
  assert.equal(verdictOn(numbers, '1', '1.5'), true);
  assert.equal(verdictOn(numbers, '1', '1.6'), false);
});

test('what the answers can not be judges nothing', () => {
  for (const label of ['', 'approved', 'null', '["approved"]', `"${'x'.repeat(199)}"`])
    assert.equal(readTruth(classes, label), null, label);
  for (const label of ['"1"', 'true', '1e400', '{}']) assert.equal(readTruth(numbers, label), null, label);
  assert.equal(readTruth(compileComparison({ kind: 'json' }), '"approved"'), null);
});
