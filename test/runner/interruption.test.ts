import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('fixtures/interruptible.ts', import.meta.url));

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} interrupts, and the exit code says so`, async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => child.kill(signal));
    const [output, exit] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    assert.match(output, new RegExp(`interrupted by ${signal}`));
    assert.deepEqual(exit, [code, null]);
  });
}
