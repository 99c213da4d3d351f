import { isCode } from './files.ts';
import type { Tree } from './tree.ts';
import type { Violation } from './violation.ts';

/** Code files of more than `maxLines` lines. */
export function tooLong(tree: Tree, maxLines: number): Violation[] {
  return tree.paths
    .filter(isCode)
    .map((file) => ({ file, lines: linesOf(tree.text(file)) }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ file, lines }) => ({ file, line: maxLines + 1, found: `${lines} lines` }));
}

/** Half of the code files have at most `maxMedian` lines; else the longest are named. */
export function medianTooLong(tree: Tree, maxMedian: number): Violation[] {
  const files = tree.paths
    .filter(isCode)
    .map((file) => ({ file, lines: linesOf(tree.text(file)) }))
    .sort((a, b) => b.lines - a.lines);
  const median = files[Math.floor(files.length / 2)]?.lines ?? 0;
  if (median <= maxMedian) return [];
  return files
    .slice(0, 5)
    .map(({ file, lines }) => ({ file, line: 1, found: `${lines} lines, where the median is ${median}` }));
}

function linesOf(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}
