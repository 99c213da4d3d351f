/** A member of a group, and the tasks it held until now. */
export interface Member {
  readonly id: string;
  readonly owned: readonly string[];
}

/**
 * Shares tasks out: every task to one member, no member with two more than another, and a member keeps what it
 * held as far as that allows, so that a rebalance moves no more than it must. Depends on nothing but its
 * arguments, in any order.
 */
export function assignTasks(
  tasks: readonly string[],
  members: readonly Member[],
): ReadonlyMap<string, readonly string[]> {
  const byId = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  const assigned = new Map<string, string[]>(byId.map((member) => [member.id, []]));
  if (byId.length === 0) return assigned;

  const least = Math.floor(tasks.length / byId.length);
  let extras = tasks.length % byId.length;
  const free = new Set(tasks);
  // Members that hold the most choose first: the extras go where they already are.
  for (const member of [...byId].sort((a, b) => b.owned.length - a.owned.length || (a.id < b.id ? -1 : 1))) {
    const kept = assigned.get(member.id) ?? [];
    for (const task of member.owned) {
      if (kept.length > least || !free.has(task)) continue;
      if (kept.length === least) {
        if (extras === 0) continue;
        extras -= 1;
      }
      free.delete(task);
      kept.push(task);
    }
  }
  for (const task of tasks) {
    if (!free.has(task)) continue;
    const shortest = [...assigned.values()].reduce((a, b) => (b.length < a.length ? b : a));
    shortest.push(task);
  }
  return assigned;
}
