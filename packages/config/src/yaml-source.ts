import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Problem } from './config-error.ts';
import type { Path } from './path.ts';

/** A parsed YAML file that knows where each of its values stands. */
export interface YamlSource {
  readonly file: string;
  /** The file as plain data; undefined when it has problems. */
  readonly value: unknown;
  /** What is wrong with the file as YAML. */
  readonly problems: readonly Problem[];
  /** Line of the value at `path`; null when the file does not hold it. */
  lineOf(path: Path): number | null;
  /** Place of the value at `path`, or of the nearest value around it. */
  placeNear(path: Path): { line: number; column: number };
}

export function parseYaml(text: string, file: string): YamlSource {
  const lineCounter = new LineCounter();
  // Pretty errors quote the line they stand on, and that may hold a password.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });

  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const problems = faultsOf(document).map(({ offset, found, allowed }): Problem => {
    return { file, position: placeOf(offset), path: '', found, allowed, suggestion: null };
  });

  return {
    file,
    value: problems.length > 0 ? undefined : document.toJS(),
    problems,
    lineOf(path) {
      const offset = offsetOf(document, path);
      return offset === null ? null : placeOf(offset).line;
    },
    placeNear(path) {
      for (let depth = path.length; depth > 0; depth -= 1) {
        const offset = offsetOf(document, path.slice(0, depth));
        if (offset !== null) return placeOf(offset);
      }
      return { line: 1, column: 1 };
    },
  };
}

interface Fault {
  readonly offset: number;
  readonly found: string;
  readonly allowed: string;
}

function faultsOf(document: Document.Parsed): Fault[] {
  // A warning is a tag or a directive that would be ignored: in a configuration that is a mistake.
  const faults: Fault[] = [...document.errors, ...document.warnings].map((error) => {
    return {
      offset: error.pos[0],
      found: `broken YAML (${error.message})`,
      allowed: 'one YAML 1.2 document',
    };
  });
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const offset = alias.range?.[0] ?? 0;
      faults.push({
        offset,
        found: 'an alias (*name)',
        allowed: 'an alias whose anchor (&name) stands before it',
      });
    },
  });
  if (faults.length === 0 && exceedsAliasLimit(document)) {
    faults.push({ offset: 0, found: 'aliases that unfold to a huge document', allowed: 'fewer aliases' });
  }
  return faults;
}

/** The `yaml` package refuses to convert a document that small aliases blow up ("billion laughs"). */
function exceedsAliasLimit(document: Document.Parsed): boolean {
  try {
    document.toJS();
    return false;
  } catch (error) {
    if (error instanceof ReferenceError) return true;
    throw error;
  }
}

/** Where the entry at `path` begins: the key of a mapping's entry, the value of a list's. */
function offsetOf(document: Document.Parsed, path: Path): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const step of path) {
    node = isAlias(node) ? node.resolve(document) : node;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) return null;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
      offset = startOf(node);
    } else {
      return null;
    }
  }
  return offset;
}

function startOf(node: unknown): number | null {
  return (node as Node | null)?.range?.[0] ?? null;
}
