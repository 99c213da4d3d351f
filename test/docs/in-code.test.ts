import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeOf } from '../structure/tree.ts';
import { answeredErrors } from './error-codes-in-code.ts';
import { constantList, enumSymbols } from './words-in-code.ts';

test('errors that a service answers with, each once, with the status where it stands beside it', () => {
  const tree = treeOf({
    'services/console/src/app.ts': `
      reply.code(404).header('retry-after', '1').send({ error: 'no-such-page', message });
      return reply
        .code(500)
        .send({ error: 'console-failed', message: 'The console failed.' });
      if (status < 500) return reply.code(status).send({ error: 'bad-request', message });`,
    'services/console/src/failure.ts': `return { status: 504, error: 'timed-out', message: 'late' };`,
    'services/console/src/app.test.ts': `assert.equal(body, { error: 'of-a-test' });`,
    'services/gateway/src/app.ts': `reply.code(404).send({ error: 'no-such-route' });`,
  });
  assert.deepEqual(answeredErrors(tree, 'services/console/'), [
    { code: 'bad-request', status: null },
    { code: 'console-failed', status: '500' },
    { code: 'no-such-page', status: '404' },
    { code: 'timed-out', status: '504' },
  ]);
});

test('the words of a constant, wherever it is', () => {
  const tree = treeOf({
    'a/b.ts': `const others = ['x'] as const;`,
    'a/c.ts': `export const reasons = [\n  /** It's late. */\n  'late',\n  'lost',\n] as const;`,
  });
  assert.deepEqual(constantList(tree, 'reasons'), ['late', 'lost']);
  assert.throws(() => constantList(tree, 'others'), /no file exports const others/);
});

test('the symbols of an enum in a schema', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'A',
    fields: [{ name: 'status', type: ['null', { type: 'enum', name: 'Status', symbols: ['x', 'y'] }] }],
  });
  assert.deepEqual(enumSymbols(schema, 'Status'), ['x', 'y']);
  assert.throws(() => enumSymbols(schema, 'status'), /no enum status/);
});
