import { basename } from 'node:path/posix';
import type { Tree } from './tree.ts';
import type { Violation } from './violation.ts';

const topicsPage = 'docs/topics.md';

/** Schemas that don't say what their record is, or that the page of topics doesn't name. */
export function undocumentedSchemas(tree: Tree): Violation[] {
  const page = tree.paths.includes(topicsPage) ? tree.text(topicsPage) : null;
  return tree.paths
    .filter((path) => path.startsWith('schemas/') && path.endsWith('.avsc'))
    .flatMap((file) => {
      const violations: Violation[] = [];
      if (!hasDoc(tree.text(file))) violations.push({ file, line: 1, found: 'the record has no "doc"' });
      if (page !== null && !page.includes(basename(file))) {
        violations.push({ file, line: 1, found: `${topicsPage} doesn't name ${basename(file)}` });
      }
      return violations;
    });
}

function hasDoc(schema: string): boolean {
  const { doc } = JSON.parse(schema) as { doc?: unknown };
  return typeof doc === 'string' && doc.trim() !== '';
}
