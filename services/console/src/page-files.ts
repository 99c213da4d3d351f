import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'amaro';

/** A file as a browser gets it. */
export interface PageFile {
  readonly contentType: string;
  readonly body: string;
  /** Another one where the body is another. */
  readonly etag: string;
}

const folder = fileURLToPath(new URL('../page', import.meta.url));
const docsFolder = fileURLToPath(new URL('../../../docs', import.meta.url));
/** Pages of the docs that the page links to, served beside it: as they are, for a person can read them. */
const docs = ['ledger.md', 'statistics.md'];

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

/**
 * The page's files by name, read once. TypeScript is served with its types blanked out, as Node itself runs it:
 * there is nothing to build, and lines and columns are those of the source.
 */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => extname(name) in contentTypes);
  return new Map([
    ...names.map((name) => [name, pageFile(folder, name)] as const),
    ...docs.map((name) => [name, pageFile(docsFolder, name)] as const),
  ]);
}

function pageFile(within: string, name: string): PageFile {
  const source = readFileSync(join(within, name), 'utf8');
  const extension = extname(name);
  const body = extension === '.ts' ? transformSync(source, { mode: 'strip-only' }).code : source;
  const contentType = contentTypes[extension] ?? 'application/octet-stream';
  return { contentType, body, etag: `"${hash('sha256', body).slice(0, 16)}"` };
}
