/** `reference.yaml` shows every setting that there is and no other: with its default, or in a comment. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { z } from 'zod';
import { configSection } from './config.ts';

const text = readFileSync(new URL('../reference.yaml', import.meta.url), 'utf8');

test('every setting is shown, and nothing that is none', () => {
  // A comment that begins with a key is a setting without default, or an alternative to the one above.
  const uncommented = text.replaceAll(/^( *)# ( *[a-z][\w-]*:(?: |$))/gm, '$1$2');
  const document = parseDocument(uncommented, { uniqueKeys: false });
  assert.deepEqual(document.errors, []);
  const shown = new Set(
    pathsOf(document.contents).filter((path) => !/\.(?:password|secret)\.env$/.test(path)),
  );
  const settings = pathsIn(configSection({ env: {}, directory: '.' }));
  assert.deepEqual(
    {
      missing: [...settings].filter((path) => !shown.has(path)),
      superfluous: [...shown].filter((path) => !settings.has(path)),
    },
    { missing: [], superfluous: [] },
    'add the missing ones to reference.yaml, as `# key: value # what it is` where there is no default',
  );
});

/** The places of a schema's values: `experiments[].shadows[].timeout`. */
function pathsIn(schema: z.core.$ZodType, path = ''): ReadonlySet<string> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') {
    return new Set(
      Object.entries(def.shape).flatMap(([key, value]) => {
        const at = joined(path, key);
        return [at, ...pathsIn(value, at)];
      }),
    );
  }
  if (def.type === 'array') return pathsIn(def.element, `${path}[]`);
  if (def.type === 'union') return new Set(def.options.flatMap((option) => [...pathsIn(option, path)]));
  if (def.type === 'pipe') return pathsIn(def.in, path);
  return 'innerType' in def ? pathsIn(def.innerType, path) : new Set();
}

/** The places of a document's values. */
function pathsOf(node: unknown, path = ''): readonly string[] {
  if (isSeq(node)) return node.items.flatMap((item) => pathsOf(item, `${path}[]`));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const at = joined(path, isScalar(key) ? String(key.value) : '');
    return [at, ...pathsOf(value, at)];
  });
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
