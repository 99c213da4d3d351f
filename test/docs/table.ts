/** One row of a table in a page, cell by cell, without the spaces around them. */
export type Row = readonly string[];

/** A row as the code has it. A cell that is null is written by hand: it may say anything but nothing. */
export type ExpectedRow = readonly (string | null)[];

/**
 * The rows of the first table below a heading, without its head.
 *
 * @param heading - the whole line: `## Metrics`
 * @throws Error that says what the page lacks
 */
export function rowsUnder(page: string, heading: string): readonly Row[] {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`the page has no heading "${heading}"`);
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => /^#{1,6} /.test(line));
  const section = end < 0 ? below : below.slice(0, end);
  const first = section.findIndex((line) => line.startsWith('|'));
  if (first < 0) throw new Error(`there is no table under "${heading}"`);
  const after = section.slice(first).findIndex((line) => !line.startsWith('|'));
  return section.slice(first + 2, after < 0 ? undefined : first + after).map(cellsOf);
}

function cellsOf(line: string): Row {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/**
 * What has to be done to the table to make it tell what the code says, a line for each row; none if it does. A row is
 * known by its first cell. The order is the writer's.
 */
export function corrections(rows: readonly Row[], expected: readonly ExpectedRow[]): readonly string[] {
  const found = new Map(rows.map((row) => [row[0], row]));
  const wanted = new Set(expected.map(([key]) => key));
  return [
    ...rows
      .filter((row, index) => rows.findIndex(([key]) => key === row[0]) < index)
      .map((row) => `take out   ${written(row)}   (it is there twice)`),
    ...rows.filter(([key]) => !wanted.has(key ?? '')).map((row) => `take out   ${written(row)}`),
    ...expected.flatMap((row) => {
      const there = found.get(row[0] ?? '');
      if (there === undefined) return [`add        ${written(row)}`];
      return says(there, row)
        ? []
        : [`change to  ${written(row.map((cell, i) => cell ?? there[i] ?? null))}`];
    }),
  ];
}

function says(row: Row, expected: ExpectedRow): boolean {
  return expected.every((cell, index) => {
    const text = row[index] ?? '';
    return cell === null ? text !== '' : text === cell;
  });
}

function written(row: ExpectedRow): string {
  return `| ${row.map((cell) => cell?.replaceAll('|', '\\|') || '(say it in words)').join(' | ')} |`;
}
