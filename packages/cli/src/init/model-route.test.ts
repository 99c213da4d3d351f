import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../user-error.ts';
import { modelRoute } from './model-route.ts';

const route = (
  production: string,
  shadow: string,
  path: string | null = null,
): ReturnType<typeof modelRoute> => modelRoute({ production, shadow, path });

test('the path that both addresses have is the route', () => {
  assert.deepEqual(route('http://a:1/v1/models/price:predict', 'https://b/v1/models/price:predict'), {
    path: '/v1/models/price:predict',
    production: 'http://a:1',
    shadow: 'https://b',
  });
});

test('a path that is named may stand in the addresses, or not', () => {
  assert.deepEqual(route('http://a/v1/predict', 'http://b/v2/', '/predict'), {
    path: '/predict',
    production: 'http://a/v1',
    shadow: 'http://b/v2',
  });
  assert.deepEqual(route('http://a', 'http://b/', '/'), {
    path: '/',
    production: 'http://a',
    shadow: 'http://b',
  });
});

test('what can not be understood is said', () => {
  const refused: [RegExp, () => unknown][] = [
    [/different paths \(\/v1 and \/v2\).*--path/, () => route('http://a/v1', 'http://b/v2')],
    [/Neither address has a path.*--path/, () => route('http://a', 'http://b/')],
    [/--shadow b:9 is no address/, () => route('http://a/x', 'b:9')],
    [/--production .* without user/, () => route('http://us:secret@a/x', 'http://b/x')],
    [/--production .* query/, () => route('http://a/x?y=1', 'http://b/x')],
    [/--path \/predict/, () => route('http://a', 'http://b', 'predict')],
  ];
  for (const [message, attempt] of refused) {
    assert.throws(
      attempt,
      (error) => error instanceof UserError && message.test(error.message),
      message.source,
    );
  }
});
