import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { accuracyTable, agreement, agreementTable } from './agreement.ts';
import { loadApplicants } from './applicants.ts';
import { loadModel, type ModelName } from './model.ts';
import { trafficHalf } from './split.ts';

const traffic = trafficHalf(loadApplicants());
const selfEmployed = traffic.filter(({ self_employed }) => self_employed === 'yes');
const employed = traffic.filter(({ self_employed }) => self_employed === 'no');

test('the repaired shadow agrees with production, in every segment', () => {
  assert.ok(rate('shadow-repaired', traffic) >= 0.975);
  for (const column of ['self_employed', 'single', 'condominium'] as const) {
    for (const value of ['yes', 'no'] as const) {
      const segment = traffic.filter((applicant) => applicant[column] === value);
      assert.ok(rate('shadow-repaired', segment) >= 0.96, `${column} = ${value}`);
    }
  }
});

test('the shadow as released agrees with production except on the self-employed', () => {
  assert.ok(rate('shadow', employed) >= 0.975);
  assert.ok(rate('shadow', selfEmployed) <= 0.6);
});

test('README.md shows the numbers that these weights give', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const advice = 'copy the output of src/report.ts into README.md';
  assert.ok(readme.includes(accuracyTable(traffic)), advice);
  assert.ok(readme.includes(agreementTable(traffic)), advice);
});

function rate(shadow: ModelName, applicants: typeof traffic): number {
  const { agreed, applicants: total } = agreement(loadModel('production'), loadModel(shadow), applicants);
  return agreed / total;
}
