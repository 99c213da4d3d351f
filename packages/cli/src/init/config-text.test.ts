import { type ExperimentConfig, parseConfig } from '@understudy/config';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../user-error.ts';
import { configText, type ConfigTextOptions } from './config-text.ts';
import type { Guess } from './guess.ts';
import { guessComparison } from './guess-comparison.ts';
import { suggestSegments } from './suggest-segments.ts';

const env = { UNDERSTUDY_KAFKA_BROKERS: '127.0.0.1:9092', UNDERSTUDY_REGISTRY_URL: 'http://127.0.0.1:8081' };

const options: ConfigTextOptions = {
  name: 'mortgage',
  method: 'POST',
  route: { path: '/predict', production: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2' },
  shadowLatencyMs: 20,
  guess: { comparison: { kind: 'class', label: '/decision', score: '/score' }, reason: 'Because.' },
  segments: [{ field: '/self_employed', value: 'yes' }],
};

function experimentIn(text: string): ExperimentConfig {
  const [experiment] = parseConfig({ text, file: 'understudy.yaml', env }).experiments;
  return experiment ?? assert.fail('no experiment');
}

test('what is written is what is read', () => {
  const experiment = experimentIn(configText(options));
  assert.partialDeepStrictEqual(experiment, {
    name: 'mortgage',
    route: { method: 'POST', path: '/predict' },
    production: { url: 'http://127.0.0.1:1' },
    shadows: [{ name: 'candidate', url: 'http://127.0.0.1:2', timeoutMs: 500 }],
    comparison: { kind: 'class', label: '/decision', score: '/score' },
    segments: [],
  });
});

test('the suggested segments hold when the # is taken away', () => {
  const text = configText(options).replaceAll(/^ {4}# (segments:| {2}- )/gm, '    $1');
  assert.partialDeepStrictEqual(experimentIn(text).segments, [{ field: '/self_employed', values: ['yes'] }]);
});

test('a shadow that took long gets time', () => {
  const timeoutFor = (shadowLatencyMs: number): number | undefined =>
    experimentIn(configText({ ...options, shadowLatencyMs })).shadows[0]?.timeoutMs;
  assert.deepEqual([1, 166, 210, 9_000].map(timeoutFor), [500, 500, 700, 27_000]);
});

test('documents agree although their numbers differ in the last digits', () => {
  const guess: Guess = { comparison: { kind: 'json', ignore: ['/id'] }, reason: 'Because.' };
  assert.deepEqual(experimentIn(configText({ ...options, guess })).comparison, {
    kind: 'json',
    ignore: ['/id'],
    numberTolerance: 0.01,
  });
});

test('names that YAML reads as something else are still names', () => {
  for (const name of ['12', '1e3', 'true', 'null', 'a-b']) {
    assert.equal(experimentIn(configText({ ...options, name })).name, name);
  }
});

test('a field’s name stays within the comment that names it', () => {
  const answer = { 'a\nkafka: 1': 'x' };
  const guess = guessComparison({ production: answer, productionAgain: answer, shadow: answer });
  assert.partialDeepStrictEqual(experimentIn(configText({ ...options, guess })).comparison, {
    label: '/a\nkafka: 1',
  });
});

const json = fc
  .oneof(
    ...(['grapheme-ascii', 'binary'] as const).map((stringUnit) => fc.jsonValue({ maxDepth: 4, stringUnit })),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

test('whatever models answer, a config that can be read comes of it, or a sentence', () => {
  fc.assert(
    fc.property(json, json, json, (production, other, example) => {
      for (const shadow of [production, other]) {
        const guess = guessOrNothing({ production, productionAgain: production, shadow });
        if (guess === null) continue;
        const segments = suggestSegments(example);
        const { comparison } = experimentIn(configText({ ...options, guess, segments }));
        const { kind, ...places } = guess.comparison;
        assert.equal(comparison.kind, kind);
        for (const [key, place] of Object.entries(places)) {
          if (place !== null) assert.deepEqual(new Map(Object.entries(comparison)).get(key), place);
        }
      }
    }),
    { numRuns: 300 },
  );
});

function guessOrNothing(answers: Parameters<typeof guessComparison>[0]): Guess | null {
  try {
    return guessComparison(answers);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
