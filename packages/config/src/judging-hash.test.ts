import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minimalYaml, parse } from '../test/minimal.ts';
import { canonicalJson, comparingHash, type ExperimentConfig, judgingHash } from './index.ts';

function hashOf(addition: string, experimentYaml = minimalYaml): string {
  const [experiment] = parse(`${experimentYaml}${addition}`).experiments;
  return judgingHash(experiment as ExperimentConfig);
}

const plain = hashOf('');

test("16 hex digits, as computed by Python's json and hashlib", () => {
  assert.equal(plain, '5dad84b3a3a04a6f');
});

test('what judges changes it', () => {
  const hashes = [
    hashOf('    sampling: { rate: 0.5 }'),
    hashOf('    sampling: { salt: other }'),
    hashOf('    window: 5s'),
    hashOf('    verdict: { agreement: { margin: 0.9 } }'),
    hashOf('    verdict: { confidence: 0.9 }'),
    hashOf("    segments: [{ field: /a, values: ['x'] }]"),
    hashOf("    segments: [{ field: /a, values: ['x'], margin: 0.5 }]"),
    hashOf('', minimalYaml.replace('/decision', '/label')),
    hashOf('', minimalYaml.replace("9001' }", "9001', timeout: 5s }")),
  ];
  assert.equal(new Set([plain, ...hashes]).size, hashes.length + 1);
});

test('what acts does not', () => {
  assert.equal(hashOf('    keep: { divergingPairs: 5 }'), plain);
  assert.equal(hashOf('    redact: { headers: [x-secret] }'), plain);
  assert.equal(hashOf('    session: { header: x-session }'), plain);
  assert.equal(hashOf('', minimalYaml.replace('9001', '9101').replace('9002', '9102')), plain);
  assert.equal(
    hashOf('', minimalYaml.replace('{ name: boosted,', '{ name: boosted, timeout: 3s, concurrency: 2,')),
    plain,
  );
  assert.equal(
    hashOf('', minimalYaml.replace('name: mortgage', 'name: other\n    sampling: { salt: mortgage }')),
    plain,
  );
});

test('the order of keys does not', () => {
  const number = '{ kind: number, value: /a, relativeTolerance: 1, absoluteTolerance: 2 }';
  const reversed = '{ absoluteTolerance: 2, relativeTolerance: 1, value: /a, kind: number }';
  const withComparison = (comparison: string): string =>
    minimalYaml.replace(/comparison: .*/, `comparison: ${comparison}`);
  assert.equal(hashOf('', withComparison(number)), hashOf('', withComparison(reversed)));
});

test('canonical JSON is the same for every order of keys and is JSON of the same value', () => {
  const shuffled = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(shuffled);
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, shuffled(inner)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(canonicalJson(shuffled(value)), canonicalJson(value));
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('windows add up under other sampling and another timeout of production’s, not under another comparison', () => {
  const comparing = (addition: string, text = minimalYaml): string => {
    const [experiment] = parse(`${text}${addition}`).experiments;
    return comparingHash(experiment as ExperimentConfig);
  };
  const same = comparing('');
  assert.equal(comparing('    sampling: { rate: 0.5 }'), same);
  assert.equal(comparing('', minimalYaml.replace("9001' }", "9001', timeout: 5s }")), same);
  for (const addition of [
    '    verdict: { agreement: { margin: 0.9 } }',
    "    segments: [{ field: /a, values: ['x'] }]",
  ])
    assert.notEqual(comparing(addition), same);
  assert.notEqual(comparing('', minimalYaml.replace('/decision', '/label')), same);
});
