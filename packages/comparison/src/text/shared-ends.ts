/** Two lists without the items that they begin and end with alike, and how many those are. */
export function withoutSharedEnds<Item>(
  a: readonly Item[],
  b: readonly Item[],
): { readonly a: readonly Item[]; readonly b: readonly Item[]; readonly shared: number } {
  const begin = commonBeginning(a, b);
  const end = commonEnd(a, b, begin);
  return { a: a.slice(begin, a.length - end), b: b.slice(begin, b.length - end), shared: begin + end };
}

function commonBeginning<Item>(a: readonly Item[], b: readonly Item[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** How many items at the end are the same, of those beyond the first `begin`. */
function commonEnd<Item>(a: readonly Item[], b: readonly Item[], begin: number): number {
  const most = Math.min(a.length, b.length) - begin;
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  return length;
}
