import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assignTasks, type Member } from './assign.ts';

const tasks = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));

function membersOf(assignment: ReadonlyMap<string, readonly string[]>): Member[] {
  return [...assignment].map(([id, owned]) => ({ id, owned }));
}

test('every task has one owner, and no member has two more than another', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 9 }),
      fc.array(fc.array(fc.nat(45).map(String), { maxLength: 45 })),
      (n, ids, owned) => {
        const members = ids.map((id, i) => ({ id, owned: owned[i] ?? [] }));
        const assignment = assignTasks(tasks(n), members);
        const sizes = [...assignment.values()].map((list) => list.length);
        assert.deepEqual([...assignment.values()].flat().sort(), tasks(n).sort());
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      },
    ),
  );
});

test('nothing moves while the members stay', () => {
  const first = assignTasks(
    tasks(7),
    ['a', 'b', 'c'].map((id) => ({ id, owned: [] })),
  );
  assert.deepEqual(assignTasks(tasks(7), membersOf(first)), first);
});

test('a member that joins takes its share and moves nothing else', () => {
  const before = assignTasks(
    tasks(8),
    ['a', 'b', 'c'].map((id) => ({ id, owned: [] })),
  );
  const after = assignTasks(tasks(8), [...membersOf(before), { id: 'd', owned: [] }]);
  const moved = [...before].flatMap(([id, list]) => list.filter((task) => !after.get(id)?.includes(task)));
  assert.deepEqual(after.get('d')?.toSorted(), moved.toSorted());
  assert.equal(moved.length, 2);
});

test('a member that leaves has its tasks shared out, and the others keep theirs', () => {
  const before = assignTasks(
    tasks(8),
    ['a', 'b', 'c'].map((id) => ({ id, owned: [] })),
  );
  const after = assignTasks(
    tasks(8),
    membersOf(before).filter((member) => member.id !== 'b'),
  );
  for (const id of ['a', 'c'])
    for (const task of before.get(id) ?? []) assert.ok(after.get(id)?.includes(task));
});

test('members beyond the number of tasks get none', () => {
  const assignment = assignTasks(tasks(1), [
    { id: 'a', owned: [] },
    { id: 'b', owned: ['0'] },
  ]);
  assert.deepEqual(assignment.get('a'), []);
  assert.deepEqual(assignment.get('b'), ['0']);
});
