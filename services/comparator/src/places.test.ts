import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Places } from './places.ts';

interface Place {
  readonly id: string;
  readonly offset: number;
  readonly timeMs: number;
}

/** What {@link Places} is to do, as one would first write it. */
class ListedPlaces {
  #places: Place[] = [];

  get size(): number {
    return this.#places.length;
  }

  add(id: string, offset: number, timeMs: number): void {
    this.#places.push({ id, offset, timeMs });
  }

  find(id: string, fromMs: number, toMs: number): number | null {
    const found = this.#places.find((each) => each.id === id && each.timeMs >= fromMs && each.timeMs <= toMs);
    return found?.offset ?? null;
  }

  forgetBefore(timeMs: number): void {
    this.#places = this.#places.filter((each) => each.timeMs >= timeMs);
  }
}

const id = fc.nat(20).map((n) => `id ${n}`);
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), id, stepMs: fc.nat(3) }),
  fc.record({ do: fc.constant('find' as const), id, fromMs: fc.nat(60), toMs: fc.nat(60) }),
  fc.record({ do: fc.constant('forget' as const), beforeMs: fc.nat(60) }),
);

test('it finds what a list of all places would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const places = new Places({ capacity: 4 });
      const listed = new ListedPlaces();
      let timeMs = 0;
      for (const [offset, each] of steps.entries()) {
        if (each.do === 'add') {
          timeMs += each.stepMs;
          for (const into of [places, listed]) into.add(each.id, offset, timeMs);
        } else if (each.do === 'forget') {
          for (const from of [places, listed]) from.forgetBefore(each.beforeMs);
        } else {
          const { id: of, fromMs, toMs } = each;
          assert.equal(places.find(of, fromMs, toMs), listed.find(of, fromMs, toMs));
        }
        assert.equal(places.size, listed.size);
      }
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test('of very many, all are found, offsets beyond 2^31 too', () => {
  const places = new Places();
  const count = 20_000;
  const idOf = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  for (let n = 0; n < count; n += 1) places.add(idOf(n), 2 ** 40 + n, n);
  for (let n = 0; n < count; n += 1) assert.equal(places.find(idOf(n), 0, count), 2 ** 40 + n);
  assert.equal(places.find(idOf(count), 0, count), null);
  places.forgetBefore(count - 1);
  assert.equal(places.size, 1);
});
