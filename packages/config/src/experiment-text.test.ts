import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse as parseYaml } from 'yaml';
import { minimalWith, minimalYaml, parse } from '../test/minimal.ts';
import { type ExperimentConfig, experimentText, parseExperiment } from './index.ts';

function experimentIn(text: string): ExperimentConfig {
  const [experiment] = parse(text).experiments;
  assert.ok(experiment);
  return experiment;
}

const reference = readFileSync(new URL('../reference.yaml', import.meta.url), 'utf8');

/** Every setting that has a default, and those that have none. */
const samples = [
  minimalYaml,
  reference,
  reference
    .replace('    # session:', '    session:')
    .replaceAll(/^    #   (header|ordered|idle|maxWaiting):/gm, '      $1:')
    .replace('p95: off', 'p95: 90s'),
  minimalWith('{ kind: class, label: /decision }', '{ kind: json, ignore: [/at], numberTolerance: 0.5 }'),
  minimalWith(
    '{ kind: class, label: /decision }',
    '{ kind: class, label: /a, score: /b, scoreTolerance: 0 }',
  ),
];

test('an experiment comes back as it was, whatever is set', () => {
  for (const sample of samples) {
    const experiment = experimentIn(sample);
    assert.deepEqual(parseExperiment(experimentText(experiment)), experiment);
  }
});

test('the text is what could stand in the file, with every default written out', () => {
  const [written] = parseYaml(reference).experiments as [Record<string, unknown>];
  const text = JSON.parse(experimentText(experimentIn(reference))) as Record<string, unknown>;
  assert.deepEqual(Object.keys(text).toSorted(), Object.keys(written).toSorted());
  assert.deepEqual(
    { window: text['window'], shadows: text['shadows'] },
    {
      window: written['window'],
      shadows: written['shadows'],
    },
  );
});

test('what is written in another order is the same text', () => {
  const text = experimentText(experimentIn(minimalYaml));
  const turned = minimalWith(
    "{ name: boosted, url: 'http://127.0.0.1:9002' }",
    "{ url: 'http://127.0.0.1:9002', name: boosted }",
  );
  assert.equal(experimentText(experimentIn(turned)), text);
});

test('a text that this version can not read is none', () => {
  assert.equal(parseExperiment('{"name":"mortgage"}'), null);
  assert.equal(parseExperiment('?'), null);
  const text = experimentText(experimentIn(minimalYaml));
  assert.equal(parseExperiment(text.replace('{', '{"unheardOf":1,')), null);
});
