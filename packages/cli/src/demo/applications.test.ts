import { loadApplicants, trafficHalf } from '@understudy/example-mortgage';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applications, outcomesOf } from './applications.ts';

const applicants = trafficHalf(loadApplicants());

test('every applicant comes once, without the truth, under the id that the caller uses', () => {
  const requests = [...applications(applicants, applicants.length)];
  assert.deepEqual(
    requests.map(({ id }) => id),
    applicants.map(({ applicant_id }) => applicant_id),
  );
  const [first] = requests;
  const body: unknown = JSON.parse(first?.body ?? '');
  const { denied: _, ...application } = applicants[0] ?? assert.fail('no applicants');
  assert.deepEqual(body, application);
});

test('fewer requests are the first applicants', () => {
  assert.deepEqual(
    [...applications(applicants, 3)].map(({ id }) => id),
    applicants.slice(0, 3).map(({ applicant_id }) => applicant_id),
  );
});

test('when there are no more applicants they come again, under new ids', () => {
  const requests = [...applications(applicants.slice(0, 2), 5)];
  const [a, b] = applicants.map(({ applicant_id }) => applicant_id);
  assert.deepEqual(
    requests.map(({ id }) => id),
    [a, b, `${a}-2`, `${b}-2`, `${a}-3`],
  );
  const ids = requests.map(({ body }) => (JSON.parse(body) as { applicant_id: string }).applicant_id);
  assert.deepEqual(ids, [a, b, `${a}-2`, `${b}-2`, `${a}-3`]);
});

test('every request has its outcome, as the lender decided', () => {
  const requests = [...applications(applicants, 1300)];
  const outcomes = [...outcomesOf(applicants, 1300)];
  assert.deepEqual(
    outcomes.map(({ requestId }) => requestId),
    requests.map(({ id }) => id),
  );
  const denied = outcomes.slice(0, 1226).filter(({ decision }) => decision === 'denied');
  assert.equal(denied.length, applicants.filter((applicant) => applicant.denied === 'yes').length);
});
