/** Tables in docs/ say what the code says. A test that fails tells the rows to write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Config, parseConfig } from '@understudy/config';
import { bearingOf, type NotComparedReason, notComparedReasons, sharedTopics } from '@understudy/domain';
import * as statistics from '@understudy/statistics';
import {
  laneTopicSpecs,
  policyFor,
  recordOf,
  sharedTopicSpecs,
  type StreamsErrorCode,
  streamsErrorCodes,
} from '@understudy/streams';
import { faultCases } from '../faults/cases.ts';
import { readTree } from '../structure/tree.ts';
import { answeredErrors } from './error-codes-in-code.ts';
import { faultRows } from './fault-rows.ts';
import { declaredMetrics } from './metrics-in-code.ts';
import { corrections, type ExpectedRow, rowsUnder } from './table.ts';
import { constantList, enumSymbols } from './words-in-code.ts';

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));

function compare(file: string, heading: string, expected: readonly ExpectedRow[]): void {
  assert.notEqual(expected.length, 0);
  const lines = corrections(rowsUnder(tree.text(file), heading), expected);
  if (lines.length > 0) assert.fail(`${file}, the table under "${heading}":\n  ${lines.join('\n  ')}\n`);
}

const code = (word: string): string => `\`${word}\``;

test('topics.md has every topic, with its schema and how long it is kept', () => {
  compare('docs/topics.md', '## The topics', topicRows());
});

test('topics.md has every reason why a request was not compared, and what it is for agreement', () => {
  const rows = notComparedReasons.map((reason) => [code(reason), null, bearingText(reason)]);
  compare('docs/topics.md', '## Why a request was not compared', rows);
});

test('operations.md has every status of a shadow response', () => {
  const symbols = enumSymbols(tree.text('schemas/shadow-response.avsc'), 'ShadowStatus');
  const rows = symbols.map((status) => [code(status), null, null]);
  compare('docs/operations.md', '## Statuses of shadow responses', rows);
});

test('operations.md has every error that the gateway answers with', () => {
  compare('docs/operations.md', '## Errors of the gateway', answerRows('services/gateway/'));
});

test('operations.md has every error that the console answers with', () => {
  compare('docs/operations.md', '## Errors of the console', answerRows('services/console/'));
});

test('operations.md has every reason why an exchange is not in the log', () => {
  const rows = constantList(tree, 'lossReasons').map((reason) => [code(reason), null, null]);
  compare('docs/operations.md', '## Exchanges that are not in the log', rows);
});

test('operations.md has every error of Kafka and the registry, and what a task does about it', () => {
  const codes = Object.keys(streamsErrorCodes) as StreamsErrorCode[];
  const rows = codes.map((each) => {
    const { retriable, meaning } = streamsErrorCodes[each];
    return [code(each), retriable ? 'yes' : 'no', policyFor(each), meaning, null];
  });
  compare('docs/operations.md', '## Errors of Kafka and the registry', rows);
});

test('operations.md has every metric, with its labels and its help', () => {
  const rows = declaredMetrics(tree).map(({ name, kind, labels, help }) => [
    code(name),
    kind,
    labels.length === 0 ? 'none' : labels.map(code).join(', '),
    help,
  ]);
  compare('docs/operations.md', '## Metrics', rows);
});

test('statistics.md has every function of packages/statistics', () => {
  const names = Object.entries(statistics).filter(([, value]) => typeof value === 'function');
  const rows = names.map(([name]) => [code(name), null, null, null]);
  compare('docs/statistics.md', '## Functions', rows);
});

test('reliability.md has every case of the fault suite', () => {
  compare('docs/reliability.md', '## Cases', faultRows(faultCases));
});

function answerRows(folder: string): readonly ExpectedRow[] {
  return answeredErrors(tree, folder).map(({ code: error, status }) => [code(error), status, null, null]);
}

function bearingText(reason: NotComparedReason): string {
  const bearing = bearingOf(reason);
  return bearing === 'disagreement' ? 'a disagreement' : bearing;
}

function topicRows(): readonly ExpectedRow[] {
  const config = configWithDefaults();
  const { prefix } = config.kafka;
  const lane = { experiment: '(experiment)', shadow: '(shadow)', run: '(run)' };
  const schemas: Readonly<Record<string, string>> = {
    ...recordOf,
    'shadow-responses': 'shadow-response',
    comparisons: 'comparison',
  };
  const shadow = config.experiments[0]?.shadows[0];
  assert.ok(shadow);
  const specs = [...sharedTopicSpecs(config), ...laneTopicSpecs(config, lane, shadow)];
  assert.ok(specs.length > sharedTopics.length);
  return specs.map(({ topic, configs }) => {
    const name = topic.slice(prefix.length);
    const [kind = ''] = name.split('.(');
    const schema = schemas[kind];
    const days = Number(configs['retention.ms']) / 86_400_000;
    return [
      code(name),
      schema === undefined ? 'none: the record as it was' : code(`${schema}.avsc`),
      null,
      null,
      configs['cleanup.policy'] === 'compact' ? 'newest of each key' : code(`${days}d`),
    ];
  });
}

function configWithDefaults(): Config {
  const text = tree.text('packages/config/reference.yaml');
  return parseConfig({ text, file: 'reference.yaml', env: {} });
}
