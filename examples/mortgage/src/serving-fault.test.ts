import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadApplicants } from './applicants.ts';
import { loadModel } from './model.ts';
import { withUnitMixUp } from './serving-fault.ts';

const applicants = loadApplicants();

test('the fault multiplies debt_to_income of the self-employed by 100, and touches nothing else', () => {
  for (const applicant of applicants) {
    const factor = applicant.self_employed === 'yes' ? 100 : 1;
    assert.deepEqual(withUnitMixUp(applicant), {
      ...applicant,
      debt_to_income: applicant.debt_to_income * factor,
    });
  }
});

test('the released and the repaired shadow differ for self-employed applicants only', () => {
  const released = loadModel('shadow');
  const repaired = loadModel('shadow-repaired');
  const differing = applicants.filter(
    (applicant) => released.predict(applicant).score !== repaired.predict(applicant).score,
  );
  assert.ok(differing.length > 200, `${differing.length} scores differ`);
  assert.ok(differing.every(({ self_employed }) => self_employed === 'yes'));
});

test('production does not have the fault', () => {
  const production = loadModel('production');
  for (const applicant of applicants) {
    const other = { ...applicant, self_employed: applicant.self_employed === 'yes' ? 'no' : 'yes' } as const;
    assert.equal(production.predict(applicant).score, production.predict(other).score);
  }
});
