import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from './fixtures/start.ts';
import { lastLogLines, LogReader, logSize } from './log-file.ts';

test('the last lines of a log, of a short one, of one that is not there', async (t) => {
  const file = join(await temporaryFolder(t), 'log');
  assert.deepEqual(lastLogLines(file), []);
  writeFileSync(file, 'a\nb\nc\n');
  assert.deepEqual(lastLogLines(file, 2), ['b', 'c']);
  assert.deepEqual(lastLogLines(file, 9), ['a', 'b', 'c']);
});

test('stack frames do not push what happened out of the last lines', async (t) => {
  const file = join(await temporaryFolder(t), 'log');
  const frames = '\tat java.base/sun.nio.ch.Net.bind(Net.java:555)\n    at run (file.ts:1:1)\n'.repeat(20);
  writeFileSync(file, `ERROR address in use\n${frames}\t... 18 more\n\nCaused by: bind\n${frames}`);
  assert.deepEqual(lastLogLines(file, 3), ['ERROR address in use', 'Caused by: bind']);
});

test('however a log is written, its reader gives each line once, whole and in order', async (t) => {
  const folder = await temporaryFolder(t);
  let run = 0;
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.stringMatching(/^[a-zé✓]{0,5}\n?$/u), { maxLength: 4 }), { maxLength: 8 }),
      (writes) => {
        run += 1;
        const file = join(folder, `log-${run}`);
        writeFileSync(file, 'before\n');
        const reader = new LogReader(file, logSize(file));
        const lines: string[] = [];
        for (const parts of writes) {
          for (const part of parts) appendFileSync(file, part);
          lines.push(...reader.newLines());
        }
        assert.deepEqual(lines, writes.flat().join('').split('\n').slice(0, -1));
      },
    ),
    { numRuns: 50 },
  );
});

test('a line of any length is read', async (t) => {
  const file = join(await temporaryFolder(t), 'log');
  const reader = new LogReader(file, 0);
  assert.deepEqual(reader.newLines(), []);
  writeFileSync(file, `${'x'.repeat(200_000)}\nready\n`);
  assert.deepEqual(reader.newLines().at(-1), 'ready');
});
