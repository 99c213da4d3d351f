import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from './secret.ts';

test('a secret is seen only where it is revealed', () => {
  const password = new Secret('KAFKA_PASSWORD', 'hunter2');
  const connection = { sasl: { password } };
  assert.equal(password.reveal(), 'hunter2');
  assert.equal(String(password), '[secret KAFKA_PASSWORD]');
  assert.equal(JSON.stringify(connection), '{"sasl":{"password":"[secret KAFKA_PASSWORD]"}}');
  assert.equal(inspect(connection), '{ sasl: { password: [secret KAFKA_PASSWORD] } }');
  assert.doesNotMatch(inspect(connection, { showHidden: true, depth: 9 }), /hunter2/);
  assert.doesNotMatch(JSON.stringify(structuredClone(Object.entries(password))), /hunter2/);
});
