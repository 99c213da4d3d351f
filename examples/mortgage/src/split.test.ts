import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadApplicants, toApplication } from './applicants.ts';
import { halfOf, trafficHalf } from './split.ts';

const applicants = loadApplicants();

test('every row of the csv is read, each id once', () => {
  assert.equal(applicants.length, 2380);
  assert.equal(new Set(applicants.map(({ applicant_id }) => applicant_id)).size, 2380);
  assert.deepEqual(applicants[0], {
    applicant_id: 'a0001',
    debt_to_income: 0.221,
    housing_to_income: 0.221,
    loan_to_value: 0.8,
    consumer_credit_score: 5,
    mortgage_credit_score: 2,
    unemployment_rate: 3.9,
    public_bad_credit: 'no',
    denied_mortgage_insurance: 'no',
    self_employed: 'no',
    single: 'no',
    condominium: 'no',
    denied: 'no',
  });
});

test('what is sent to a model does not hold the truth', () => {
  for (const applicant of applicants) assert.ok(!('denied' in toApplication(applicant)));
});

test('the split is the one that the models were trained with', () => {
  // First bytes of the SHA-256 of these ids: 99, 7d, 8e, 0e.
  const ids = ['a0001', 'a0002', 'a0003', 'a0004'];
  assert.deepEqual(ids.map(halfOf), ['traffic', 'traffic', 'training', 'training']);
  assert.equal(trafficHalf(applicants).length, 1226);
});

test('the split depends on the id alone', () => {
  const ids = (rows: typeof applicants): string[] => rows.map(({ applicant_id }) => applicant_id).toSorted();
  assert.deepEqual(ids(trafficHalf(applicants.toReversed())), ids(trafficHalf(applicants)));
});

test('each half is about half, of the self-employed too', () => {
  const selfEmployed = applicants.filter(({ self_employed }) => self_employed === 'yes');
  for (const group of [applicants, selfEmployed]) {
    const share = trafficHalf(group).length / group.length;
    assert.ok(share > 0.45 && share < 0.55, `${share} of ${group.length}`);
  }
});
