import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BottomKSample } from './bottom-k-sample.ts';

const ids = fc.array(fc.string({ maxLength: 4 }), { maxLength: 120 });

function sampleOf(given: Iterable<string>, { size = 8, salt = 'test' } = {}): BottomKSample<string> {
  const sample = new BottomKSample<string>({ size, salt });
  for (const id of given) sample.add(id, `item of ${id}`);
  return sample;
}

test('equal ids give equal samples in any order, with repeats, and however split and merged', () => {
  fc.assert(
    fc.property(ids, fc.nat(120), (given, cut) => {
      const whole = sampleOf(given).items();
      assert.equal(whole.length, Math.min(8, new Set(given).size));
      assert.deepEqual(sampleOf(given.toReversed()).items(), whole);
      assert.deepEqual(sampleOf([...given, ...given]).items(), whole);
      const [left, right] = [sampleOf(given.slice(0, cut)), sampleOf(given.slice(cut))];
      assert.deepEqual(left.merge(right).items(), whole);
      assert.deepEqual(right.merge(left).items(), whole);
      assert.deepEqual(sampleOf(whole.map(({ id }) => id)).items(), whole);
      for (const { id, item } of whole) assert.equal(item, `item of ${id}`);
    }),
  );
});

test('merging changes neither side', () => {
  const [left, right] = [sampleOf(['a', 'b']), sampleOf(['c'])];
  const before = [left.items(), right.items()];
  left.merge(right).add('d', 'item');
  assert.deepEqual([left.items(), right.items()], before);
});

test('every item is as likely to be kept as any other, and salts choose independently', () => {
  const all = Array.from({ length: 100 }, (_, i) => `id-${i}`);
  const kept = new Map<string, number>();
  const salts = 2_000;
  for (let salt = 0; salt < salts; salt++) {
    for (const { id } of sampleOf(all, { size: 10, salt: `${salt}` }).items())
      kept.set(id, (kept.get(id) ?? 0) + 1);
  }
  // 200 each on average; five standard deviations of the binomial.
  for (const id of all) assert.ok(Math.abs((kept.get(id) ?? 0) - 200) < 5 * Math.sqrt(200 * 0.9), id);
});

test('what a sample holds stays the same from version to version', () => {
  const numbers = Array.from({ length: 1_000 }, (_, i) => `${i}`);
  assert.deepEqual(
    sampleOf(numbers, { size: 4 })
      .items()
      .map(({ id }) => id),
    ['654', '67', '799', '773'],
  );
});

test('samples of different sizes or salts are not merged, and a size of none is refused', () => {
  assert.throws(() => sampleOf([]).merge(sampleOf([], { size: 9 })), RangeError);
  assert.throws(() => sampleOf([]).merge(sampleOf([], { salt: 'other' })), RangeError);
  assert.throws(() => sampleOf([], { size: 0 }), RangeError);
});
