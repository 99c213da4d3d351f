import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggestSegments } from './suggest-segments.ts';

test('booleans and short words, without ids, times, numbers and free text', () => {
  const example = {
    applicant_id: 'abc',
    self_employed: 'yes',
    'loan/type': 'fixed rate',
    single: true,
    income: 1000,
    born: '1990-01-01',
    iban: 'DE12345678',
    email: 'a@b.example',
    note: 'would like to move in June, if that can be done',
    where: { country: 'de', zip: '10115' },
  };
  assert.deepEqual(suggestSegments(example), [
    { field: '/self_employed', value: 'yes' },
    { field: '/loan~1type', value: 'fixed rate' },
    { field: '/single', value: 'true' },
    { field: '/where/country', value: 'de' },
  ]);
});

test('not more than five, and none of a body that is one value', () => {
  assert.equal(
    suggestSegments(Object.fromEntries('abcdefgh'.split('').map((key) => [`is_${key}`, true]))).length,
    5,
  );
  assert.deepEqual(suggestSegments('yes'), []);
});
