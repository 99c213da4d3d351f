import { isCode, isTestCode } from '../structure/files.ts';
import type { Tree } from '../structure/tree.ts';

/** A metric as the code declares it. */
export interface DeclaredMetric {
  /** Of one whose room is known only where it is made: `understudy_(room)_lost_total`. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

const declaration =
  /\.(counter|gauge|histogram)(?:<[^>]*>)?\(\{\s*name: (['`]understudy_[^'`]+['`]),(.*?)\}\)/gs;
const mention = /['`]understudy_(?:[a-z]+|\$\{\w+\})_\w+['`]/g;

/**
 * The metrics of all rooms, by name. They are read from the source, so that those of services that need Kafka to
 * start are among them.
 *
 * @throws Error with the place of a metric whose name, help and labels are not written out where it is made
 */
export function declaredMetrics(tree: Tree): readonly DeclaredMetric[] {
  return tree.paths
    .filter((path) => isCode(path) && !isTestCode(path))
    .flatMap((path) => inFile(path, withoutComments(tree.text(path))))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function inFile(path: string, text: string): readonly DeclaredMetric[] {
  const found = [...text.matchAll(declaration)].map(([, kind, name = '', rest = '']) => {
    const [literal = '', , help] = /\bhelp:\s*(['"`])(.*?[^\\])\1\s*(?:,|$)/s.exec(rest) ?? [];
    const others = rest.replace(literal, () => '');
    const labels = /\blabels: \[([^\]]*)\]/.exec(others)?.[1] ?? (others.includes('labels') ? null : '');
    if (help === undefined || labels === null) throw unread(path, name);
    return {
      name: name.slice(1, -1).replaceAll(/\$\{(\w+)\}/g, '($1)'),
      kind: kind as DeclaredMetric['kind'],
      labels: [...labels.matchAll(/'(\w+)'/g)].map(([, label = '']) => label),
      help: help.replaceAll(/'\s*\+\s*'/g, '').replaceAll("\\'", "'"),
    };
  });
  const names = new Set([...text.matchAll(declaration)].map(([, , name]) => name));
  const missed = text.match(mention)?.find((name) => !names.has(name));
  if (missed !== undefined) throw unread(path, missed);
  return found;
}

function unread(path: string, name: string): Error {
  return new Error(
    `${path}: write the metric ${name} as .counter({ name: '…', help: '…', labels: ['…'] }), with literals and in this ` +
      'order: docs/operations.md is compared with it',
  );
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
