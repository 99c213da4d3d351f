import type { Block, ReportDocument } from './document.ts';
import { printable } from '../printable.ts';
import { sparkline } from './sparkline.ts';

/** For a terminal. */
export function renderText({ title, subtitle, sections }: ReportDocument): string {
  const parts = sections.map((section) =>
    [section.title, '-'.repeat(section.title.length), ...section.blocks.map(blockText)].join('\n'),
  );
  return `${[`${title}\n${subtitle}`, ...parts].join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.text;
    case 'table':
      return tableText(
        [block.columns.map(({ name }) => name), ...block.rows].map((row) =>
          row.map((cell) => printable(cell)),
        ),
        block.columns,
      );
    case 'time-plot':
      return [
        block.plot.says,
        ...block.plot.lines.map(({ name, values }) => `${sparkline(values)}  ${name}`),
      ].join('\n');
    case 'interval-plot':
      return block.plot.says;
  }
}

function tableText(
  rows: readonly (readonly string[])[],
  columns: readonly { readonly isNumber?: boolean }[],
): string {
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        columns[at]?.isNumber === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return rows.map((row) => `  ${line(row)}`).join('\n');
}
