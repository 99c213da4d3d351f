/** Counts by row and column; of pairs of classes, production's class is the row and the shadow's the column. */
export type Table = readonly (readonly number[])[];

/** A table whose counts were looked at, with its sums. */
export interface CheckedTable {
  readonly total: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/**
 * The sums of a table.
 *
 * @throws RangeError where rows differ in length, or a count is not a finite number of at least 0
 */
export function checkedTable(table: Table): CheckedTable {
  const width = table[0]?.length ?? 0;
  const columns = Array.from({ length: width }, () => 0);
  const rows = table.map((row) => {
    if (row.length !== width)
      throw new RangeError(`rows of a table are equally long, got ${width} and ${row.length}`);
    let sum = 0;
    for (const [place, count] of row.entries()) {
      if (!(count >= 0 && count < Infinity))
        throw new RangeError(`a count is a finite number of at least 0, got ${count}`);
      columns[place] = (columns[place] ?? 0) + count;
      sum += count;
    }
    return sum;
  });
  return { rows, columns, total: rows.reduce((sum, row) => sum + row, 0) };
}

/**
 * The sums of a table of pairs of classes: as many columns as rows, in the same order.
 *
 * @throws RangeError for another shape, or counts that can't be
 */
export function checkedConfusion(confusion: Table): CheckedTable {
  const checked = checkedTable(confusion);
  if (checked.rows.length !== checked.columns.length) {
    throw new RangeError(
      `a confusion matrix has as many columns as rows, got ${checked.columns.length} and ${checked.rows.length}`,
    );
  }
  return checked;
}

/** The count at a place that the table has. */
export function countAt(table: Table, row: number, column: number): number {
  return table[row]?.[column] ?? 0;
}
