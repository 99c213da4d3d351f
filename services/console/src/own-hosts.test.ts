import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ownHosts } from './own-hosts.ts';

const isOwn = ownHosts({
  listensOn: 'Console.internal',
  named: ['shadow.example'],
  link: 'https://Lanes.example/understudy',
});

suite('hosts that mean the console', () => {
  const own = [
    'localhost:8090',
    'LOCALHOST',
    'understudy.localhost:8090',
    '127.0.0.1:8090',
    '10.1.2.3',
    '[::1]:8090',
    'console.internal:8090',
    'shadow.example',
    'lanes.example',
  ];
  for (const host of own) test(host, () => assert.ok(isOwn(host)));
});

suite('hosts that may be anybody’s', () => {
  const strange = [
    'attacker.example:8090',
    'localhost.attacker.example',
    'notlocalhost',
    '127.0.0.1.attacker.example',
    '127.0.0.1@attacker.example',
    'evil.shadow.example',
    'a b',
    '',
    undefined,
  ];
  for (const host of strange) test(`${host}`, () => assert.ok(!isOwn(host)));
});
