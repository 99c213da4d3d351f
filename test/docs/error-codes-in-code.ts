import { isCode, isTestCode } from '../structure/files.ts';
import type { Tree } from '../structure/tree.ts';

/** A code that a service answers with, and the HTTP status where it is written beside it. */
export interface AnsweredError {
  readonly code: string;
  /** Null: it comes from elsewhere. */
  readonly status: string | null;
}

const answer = /(?:code\((?:(\d{3})|\w+)\)[^;]{0,80}?\.send\(\{|status: (\d{3}),)\s*error: '([a-z-]+)'/g;
const mention = /\berror: '([a-z-]+)'/g;

/** The bodies `{ error, message }` that the code under `folder` sends, by code. */
export function answeredErrors(tree: Tree, folder: string): readonly AnsweredError[] {
  const texts = tree.paths
    .filter((path) => path.startsWith(folder) && isCode(path) && !isTestCode(path))
    .map((path) => tree.text(path));
  const statusOf = new Map(
    texts
      .flatMap((text) => [...text.matchAll(answer)])
      .map(([, sent, declared, code = '']) => [code, sent ?? declared ?? null]),
  );
  const codes = texts.flatMap((text) => [...text.matchAll(mention)].map(([, code = '']) => code));
  return [...new Set(codes)].toSorted().map((code) => ({ code, status: statusOf.get(code) ?? null }));
}
