import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

const lane = 'mortgage.boosted.live';
const read = (...args: string[]) => readArguments(['--config', 'ours.yaml', '--lane', lane, ...args]);
const noon = Date.parse('2026-01-31T12:00:00Z');

test('one window, the newest ones, or those of a time', () => {
  assert.deepEqual(read('--at', '2026-01-31T12:00:00Z'), {
    lane,
    wanted: { kind: 'window', start: noon },
    isJson: false,
  });
  assert.deepEqual(read('--last', '20', '--json'), {
    lane,
    wanted: { kind: 'last', count: 20 },
    isJson: true,
  });
  const range = ['--from', '2026-01-31T13:00:00+01:00', '--to', '2026-01-31T12:00:10Z'];
  assert.deepEqual(read(...range).wanted, { kind: 'range', from: noon, to: noon + 10_000 });
});

test('what says no windows, or says them twice, is refused with what to say', () => {
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /Say which windows: the start of one, or --last, or --from and --to/],
    [['--last', '1', '--at', '2026-01-31T12:00:00Z'], /Say which windows/],
    [['--from', '2026-01-31T12:00:00Z'], /--from and --to go together/],
    [['--from', '2026-01-31T12:00:00Z', '--to', '2026-01-31T12:00:00Z'], /is not before/],
    [['--at', '2026-01-31T12:00:00'], /2026-01-31T12:00:00 is no time such as/],
    [['--at', 'yesterday'], /yesterday is no time/],
    [['--last', '0'], /from 1 to 10000/],
    [['--last', '10001'], /from 1 to 10000/],
  ];
  for (const [args, message] of refused) assert.throws(() => read(...args), { message }, args.join(' '));
});
