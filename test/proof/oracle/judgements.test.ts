import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestJudgements } from './judgements.ts';
import type { Logged } from './logged.ts';

type Found = Logged<{ windowStart: number; of: string }>;

function found(windowStart: number, judgement: number, partition = 0): Found {
  const headers: Record<string, string> =
    judgement === 0 ? {} : { 'understudy-judgement': String(judgement) };
  const raw = {
    offset: 0,
    timestampMs: 0,
    key: null,
    value: null,
    headers,
    producerId: '1',
    inTransaction: true,
    isControl: false,
  };
  const value = { windowStart, of: `${windowStart} by ${judgement}` };
  return { partition, offset: 0, timeMs: 0, key: null, kind: 'value', value, raw };
}

function textOf(partitions: readonly (readonly Found[])[]): string[][] {
  return partitions.map((records) => records.map(({ value }) => value?.of ?? ''));
}

test('windows judged again take the place of what was found before, in every partition', () => {
  const first = [found(0, 0), found(1, 0), found(2, 0), found(3, 0)];
  const other = [found(2, 0, 1), found(2, 1, 1)];
  const again = [found(1, 1), found(2, 1), found(2, 2), found(3, 2)];
  assert.deepEqual(textOf(newestJudgements([[...first, ...again], other])), [
    ['0 by 0', '1 by 1', '2 by 2', '3 by 2'],
    [],
  ]);
});
