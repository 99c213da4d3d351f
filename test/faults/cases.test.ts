import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readTree } from '../structure/tree.ts';
import { faultCases } from './cases.ts';

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));

test('every test that a case names is there', () => {
  const missing = faultCases.flatMap(({ name, tests }) =>
    tests.flatMap(({ file, names }) => {
      const titles = tree.paths.includes(file) ? titlesOf(tree.text(file)) : [];
      return names
        .filter((wanted) => !titles.some((title) => title.startsWith(wanted) || wanted.startsWith(title)))
        .map((wanted) => `${name}: ${file} has no test "${wanted}"`);
    }),
  );
  assert.deepEqual(missing, []);
});

test('every test of the suite belongs to a case', () => {
  const unused = tree.paths
    .filter((path) => path.endsWith('.fault.test.ts'))
    .flatMap((path) =>
      titlesOf(tree.text(path))
        .filter(
          (title) =>
            !faultCases.some(({ tests }) =>
              tests.some(
                ({ file, names }) =>
                  file === path && names.some((name) => title.startsWith(name) || name.startsWith(title)),
              ),
            ),
        )
        .map((title) => `${path}: ${title}`),
    );
  assert.deepEqual(unused, []);
});

test('each case has a name of its own, and there are at least forty', () => {
  const names = new Set(faultCases.map(({ name }) => name));
  assert.equal(names.size, faultCases.length);
  assert.ok(names.size >= 40, `${names.size}`);
});

/** Of each test, its name up to the first value that is put into it; empty, which fits all, where it begins with one. */
function titlesOf(text: string): readonly string[] {
  return [...text.matchAll(/\btest\(\s*['`]([^'`$]*)/g)].flatMap(([, title]) =>
    title === undefined ? [] : [title],
  );
}
