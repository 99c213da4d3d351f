import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadApplicants, toApplication } from './applicants.ts';
import { loadModel, type ModelName, modelNames } from './model.ts';
import { createModelServer } from './model-server.ts';

const [applicant] = loadApplicants();
assert.ok(applicant);
const application = toApplication(applicant);

const app = createModelServer(loadModel('production'));
const address = await app.listen({ host: '127.0.0.1', port: 0 });
after(() => app.close());

for (const name of modelNames) {
  test(`${name} answers an application with its decision, score and name`, async () => {
    const { status, body } = await askOnce(name, { ...application, self_employed: 'yes' });
    assert.equal(status, 200);
    assert.deepEqual(body, { ...loadModel(name).predict({ ...applicant, self_employed: 'yes' }) });
  });
}

test('applicant_id may be left out, and the truth changes nothing', async () => {
  const { applicant_id: _, ...anonymous } = application;
  const plain = await predict(anonymous);
  assert.equal(plain.status, 200);
  assert.deepEqual(await predict({ ...anonymous, denied: 'yes' }), plain);
});

const refused: ReadonlyArray<[string, Record<string, unknown>, RegExp]> = [
  ['debt_to_income', { debt_to_income: '0.3' }, /a number from 0 to 10, found "0.3"/],
  ['debt_to_income', { debt_to_income: 36 }, /found 36/],
  ['housing_to_income', { housing_to_income: -0.1 }, /found -0.1/],
  ['loan_to_value', { loan_to_value: null }, /found null/],
  ['unemployment_rate', { unemployment_rate: undefined }, /found nothing/],
  ['consumer_credit_score', { consumer_credit_score: 1.5 }, /a whole number from 1 to 6, found 1.5/],
  ['mortgage_credit_score', { mortgage_credit_score: 5 }, /from 1 to 4/],
  ['self_employed', { self_employed: true }, /"yes" or "no", found true/],
  ['single', { single: 'Yes' }, /found "Yes"/],
  ['applicant_id', { applicant_id: 7 }, /a string or left out/],
];
for (const [field, change, message] of refused) {
  test(`a wrong ${field} is refused by name: ${JSON.stringify(change)}`, async () => {
    const { status, body } = await predict({ ...application, ...change });
    assert.equal(status, 400);
    assert.equal(body['error'], 'bad-request');
    assert.equal(body['field'], field);
    assert.match(String(body['message']), message);
    assert.ok(String(body['message']).startsWith(field));
  });
}

const unreadable: ReadonlyArray<[string, number, string, string]> = [
  ['a broken body', 400, 'application/json', '{"debt_to_income": 0.'],
  ['an empty body', 400, 'application/json', ''],
  ['a list', 400, 'application/json', '[]'],
  ['null', 400, 'application/json', 'null'],
  [
    'a number too large for a double',
    400,
    'application/json',
    JSON.stringify(application).replace('0.221', '1e999'),
  ],
  ['another content type', 415, 'text/csv', 'a0001,0.221'],
  ['an oversized body', 413, 'application/json', JSON.stringify({ padding: 'x'.repeat(20_000) })],
];
for (const [what, wanted, contentType, body] of unreadable) {
  test(`${what} is refused with ${wanted}, in JSON`, async () => {
    const answer = await post(address, body, contentType);
    assert.equal(answer.status, wanted);
    assert.equal(answer.body['error'], 'bad-request');
    assert.ok(String(answer.body['message']).length > 0);
  });
}

test('healthz says which model answers; any other path says what there is', async () => {
  const health = await fetch(`${address}/healthz`);
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), { status: 'ok', model: 'production' });
  const lost = await fetch(`${address}/prediction`);
  assert.equal(lost.status, 404);
  assert.match(await lost.text(), /POST \/predict/);
});

test('latencyMs delays a prediction, and not the health check', async () => {
  const slow = createModelServer(loadModel('production'), { latencyMs: 200 });
  try {
    const slowAddress = await slow.listen({ host: '127.0.0.1', port: 0 });
    const start = performance.now();
    const prediction = post(slowAddress, JSON.stringify(application));
    const first = await Promise.race([
      prediction.then(() => 'prediction'),
      fetch(`${slowAddress}/healthz`).then(() => 'health'),
    ]);
    assert.equal(first, 'health');
    assert.equal((await prediction).status, 200);
    assert.ok(performance.now() - start >= 195);
  } finally {
    await slow.close();
  }
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(server: string, body: string, contentType = 'application/json'): Promise<Answer> {
  const headers = { 'content-type': contentType };
  const response = await fetch(`${server}/predict`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function predict(body: unknown): Promise<Answer> {
  return post(address, JSON.stringify(body));
}

async function askOnce(name: ModelName, body: unknown): Promise<Answer> {
  const server = createModelServer(loadModel(name));
  try {
    return await post(await server.listen({ host: '127.0.0.1', port: 0 }), JSON.stringify(body));
  } finally {
    await server.close();
  }
}
