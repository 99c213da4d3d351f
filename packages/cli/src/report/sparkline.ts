const blocks = '▁▂▃▄▅▆▇█';
const most = 60;

/** A line in one row of text: the least value is the lowest block. Of more than 60 values, evenly chosen ones. */
export function sparkline(values: readonly (number | null)[]): string {
  const chosen = thinned(values);
  const known = chosen.filter((value) => value !== null);
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  const step = (greatest - least) / (blocks.length - 1);
  return chosen
    .map((value) =>
      value === null ? ' ' : (blocks[step === 0 ? 3 : Math.round((value - least) / step)] ?? ' '),
    )
    .join('');
}

function thinned<T>(values: readonly T[]): readonly T[] {
  if (values.length <= most) return values;
  return Array.from(
    { length: most },
    (_, n) => values[Math.round((n * (values.length - 1)) / (most - 1))] as T,
  );
}
