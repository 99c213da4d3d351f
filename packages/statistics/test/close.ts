import assert from 'node:assert/strict';

/** Fails unless both are numbers that differ by at most `within`, absolutely below 1 and relatively above. */
export function assertClose(
  actual: number | null | undefined,
  expected: number | null | undefined,
  within = 1e-12,
): void {
  assert.ok(typeof actual === 'number' && typeof expected === 'number', `${actual}, not ${expected}`);
  assert.ok(
    Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)),
    `${actual}, not ${expected}`,
  );
}
