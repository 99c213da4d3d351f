import type { Block, ReportDocument } from './document.ts';
import { sparkline } from './sparkline.ts';

export function renderMarkdown({ title, subtitle, sections }: ReportDocument): string {
  const parts = sections.map((section) =>
    [`## ${escaped(section.title)}`, ...section.blocks.map(blockMarkdown)].join('\n\n'),
  );
  return `${[`# ${escaped(title)}`, escaped(subtitle), ...parts].join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text':
      return escaped(block.text);
    case 'table': {
      const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
      const rule = `| ${block.columns.map(({ isNumber }) => (isNumber === true ? '---:' : '---')).join(' | ')} |`;
      return [row(block.columns.map(({ name }) => name)), rule, ...block.rows.map(row)].join('\n');
    }
    case 'time-plot': {
      const lines = block.plot.lines.map(({ name, values }) => `${sparkline(values)}  ${name}`);
      return [escaped(block.plot.says), ['```', ...lines, '```'].join('\n')].join('\n\n');
    }
    case 'interval-plot':
      return escaped(block.plot.says);
  }
}

/** Values come from users' requests: nothing of them is markup, or ends a cell or a line. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|&]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, ' ');
}
