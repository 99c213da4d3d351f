import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleAddress } from './console-address.ts';

test('a console that listens on every interface is asked on this machine', () => {
  assert.equal(consoleAddress({ host: 'pages.internal', port: 8090 }), 'http://pages.internal:8090');
  assert.equal(consoleAddress({ host: '0.0.0.0', port: 1 }), 'http://127.0.0.1:1');
  assert.equal(consoleAddress({ host: '::', port: 1 }), 'http://[::1]:1');
  assert.equal(consoleAddress({ host: '::1', port: 1 }), 'http://[::1]:1');
  assert.throws(() => consoleAddress({ host: '127.0.0.1', port: 0 }), /--console/);
});
