import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadApplicants } from './applicants.ts';
import { loadModel } from './model.ts';
import { halfOf } from './split.ts';

interface ExpectedScores {
  readonly rows: ReadonlyArray<{ applicant_id: string; production: number; shadow: number }>;
}

const expected = JSON.parse(
  readFileSync(new URL('../weights/expected-scores.json', import.meta.url), 'utf8'),
) as ExpectedScores;
const applicants = loadApplicants();
const applicantsById = new Map(applicants.map((applicant) => [applicant.applicant_id, applicant]));

test('both models score as in Python, on 50 applicants that neither was trained on', () => {
  const production = loadModel('production');
  const trees = loadModel('shadow-repaired');
  assert.equal(expected.rows.length, 50);
  for (const row of expected.rows) {
    assert.equal(halfOf(row.applicant_id), 'traffic');
    const applicant = applicantsById.get(row.applicant_id);
    assert.ok(applicant, `${row.applicant_id} is not in mortgage.csv`);
    assertClose(production.predict(applicant).score, row.production, `production on ${row.applicant_id}`);
    assertClose(trees.predict(applicant).score, row.shadow, `trees on ${row.applicant_id}`);
  }
});

test('the 50 expected scores hold both decisions of both models, so that equality means something', () => {
  for (const side of ['production', 'shadow'] as const) {
    assert.ok(expected.rows.some((row) => row[side] >= 0.5));
    assert.ok(expected.rows.some((row) => row[side] < 0.5));
  }
});

test('a score of one half or more is a denial, for every model and applicant', () => {
  for (const name of ['production', 'shadow', 'shadow-repaired'] as const) {
    const model = loadModel(name);
    for (const applicant of applicants) {
      const { decision, score } = model.predict(applicant);
      assert.ok(score > 0 && score < 1);
      assert.equal(decision, score >= 0.5 ? 'denied' : 'approved');
    }
  }
});

function assertClose(actual: number, wanted: number, what: string): void {
  assert.ok(Math.abs(actual - wanted) <= 1e-9, `${what}: ${actual}, Python says ${wanted}`);
}
