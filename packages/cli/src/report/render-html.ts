import { readFileSync } from 'node:fs';
import type { Block, ReportDocument } from './document.ts';
import { htmlText } from './html-text.ts';
import { intervalPlotSvg, timePlotSvg } from './svg-plots.ts';

const style = readFileSync(new URL('report.css', import.meta.url), 'utf8');

/** One file that holds all it needs: it can be mailed, and read in ten years. */
export function renderHtml({ title, subtitle, verdict, sections }: ReportDocument): string {
  const body = sections.map(
    (section) =>
      `<section><h2>${htmlText(section.title)}</h2>\n${section.blocks.map(blockHtml).join('\n')}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>
${style}</style>
</head>
<body>
<main>
<header>
<h1>${htmlText(title)} <span class="verdict ${htmlText(verdict)}">${htmlText(verdict)}</span></h1>
<p>${htmlText(subtitle)}</p>
</header>
${body.join('\n')}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${htmlText(block.text)}</p>`;
    case 'table': {
      const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
        row
          .map((cell, at) => {
            const look = block.columns[at]?.isNumber === true ? ' class="number"' : '';
            return `<${tag}${look}>${htmlText(cell)}</${tag}>`;
          })
          .join('');
      const rows = block.rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
      const head = cells(
        'th',
        block.columns.map(({ name }) => name),
      );
      return `<table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table>`;
    }
    case 'time-plot':
      return timePlotSvg(block.plot);
    case 'interval-plot':
      return intervalPlotSvg(block.plot);
  }
}
