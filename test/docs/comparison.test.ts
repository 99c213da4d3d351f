import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { comparisonKinds } from '@understudy/comparison';
import { parseConfig } from '@understudy/config';

const page = readFileSync(new URL('../../docs/comparison.md', import.meta.url), 'utf8');

/** The examples of each section, by its heading. */
const examples = new Map(
  page
    .split(/^## /m)
    .map((section) => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, example = '']) => example),
    ]),
);

test('every example is a comparison that can be configured', () => {
  for (const example of [...examples.values()].flat()) {
    const text = `kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: example
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:9001' }
    shadows: [{ name: candidate, url: 'http://127.0.0.1:9002' }]
${example.replaceAll(/^/gm, '    ')}`;
    assert.doesNotThrow(() => parseConfig({ text, file: 'comparison.md', env: {} }), example);
  }
});

test('every kind has a section with an example of it', () => {
  for (const kind of comparisonKinds) {
    const [first] = examples.get(kind) ?? [];
    assert.match(first ?? '', new RegExp(String.raw`kind: ${kind}\b(?!-)`), kind);
  }
});

test('every section of a kind is in the table', () => {
  for (const kind of comparisonKinds) assert.ok(page.includes(`\n| [${kind}](#${kind})`), kind);
});
