import { dirname, join } from 'node:path/posix';
import { isMarkdown } from './files.ts';
import type { Tree } from './tree.ts';
import type { Violation } from './violation.ts';

/** Links in pages that lead to no file, folder or heading. Links with a scheme are not followed. */
export function deadLinks(tree: Tree): Violation[] {
  const places = new Set(tree.paths.flatMap(pathAndFolders));
  return tree.paths.filter(isMarkdown).flatMap((file) =>
    prose(tree.text(file)).flatMap((text, index) =>
      targetsIn(text)
        .filter((target) => !leadsSomewhere(tree, places, file, target))
        .map((target) => ({ file, line: index + 1, found: `the link ${target} leads nowhere` })),
    ),
  );
}

function leadsSomewhere(tree: Tree, places: ReadonlySet<string>, file: string, target: string): boolean {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return true;
  const [path = '', anchor] = decodeURI(target).split('#');
  const place = path === '' ? file : withoutSlashes(path.startsWith('/') ? path : join(dirname(file), path));
  if (!places.has(place)) return false;
  return anchor === undefined || !isMarkdown(place) || anchorsOf(tree.text(place)).has(anchor);
}

/** The path and every folder above it; the root is `.`. */
function pathAndFolders(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [path, '.'] : [path, ...pathAndFolders(folder)];
}

function withoutSlashes(path: string): string {
  return path.replaceAll(/^\/+|\/+$/g, '');
}

/** The lines of a page, with code emptied out: what stands in it is not a link. */
function prose(text: string): string[] {
  let fence: string | null = null;
  return text.split('\n').map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? null;
    if (mark !== null && fence === null) fence = mark;
    else if (mark !== null && fence !== null && mark.startsWith(fence)) fence = null;
    else if (fence === null) return line.replaceAll(/(`+)[^`].*?\1/g, '');
    return '';
  });
}

function targetsIn(line: string): string[] {
  const forms = [/\]\(\s*<?([^)\s>]+)/g, /^\[[^\]]+\]:\s+<?([^\s>]+)/g, /\b(?:href|src)="([^"]+)"/g];
  return forms.flatMap((form) => [...line.matchAll(form)]).map((match) => match[1] ?? '');
}

/** The anchors of a page's headings, made as GitHub makes them, and of elements with an id. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const heading of headingsOf(text)) {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  for (const match of text.matchAll(/<\w+[^>]*\s(?:id|name)="([^"]+)"/g)) anchors.add(match[1] ?? '');
  return anchors;
}

function headingsOf(text: string): string[] {
  const lines = text.split('\n');
  const isProse = prose(text).map((line, index) => line !== '' || lines[index] === '');
  return lines
    .filter((line, index) => isProse[index] === true && /^#{1,6}\s/.test(line))
    .map((line) => line.replace(/^#+\s+/, ''));
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .trim()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
