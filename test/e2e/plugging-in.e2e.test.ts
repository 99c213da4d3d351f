/**
 * Plugging in without a library: the commands of docs/plugging-in.md, as they stand there, against a shadow-invoker and a
 * comparator that run.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Config } from '@understudy/config';
import { type SharedTopic, topicNames } from '@understudy/domain';
import type { Alert, Divergence } from '@understudy/schemas-avro';
import { type IncomingRecord, kafkaConnection, partitionOf, readLog } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../support/cluster.ts';
import { commandsOf, follow, requireKcat, runCommand } from '../support/doc-commands.ts';
import { newestDivergence } from '../support/newest-divergence.ts';
import { startPipeline } from '../support/pipeline.ts';
import { modelThat } from '../support/stand-in-model.ts';
import { waitFor } from '../support/wait-for.ts';

const lane = 'mortgage.boosted.live';
const closedWithinMs = 60_000;
/** Besides the page's own. */
const copies = 20;

let cluster: TestCluster;

before(async () => {
  await requireKcat();
  cluster = await testCluster();
});

after(() => cluster.stop());

/** The command with further lines of input, each a copy of one that it has, about another loan. */
function multiplied(command: string, from: number): string {
  return command.replaceAll(/^loan-\d.*$/gm, (line) => {
    const others = Array.from({ length: copies }, (_, n) =>
      line
        .replaceAll(/loan-(\d)/g, `loan-$1-${from + n}`)
        // Equal bodies would be one finding.
        .replace(/(income\\": \d\d)\d{3}/, `$1${String(from + n).padStart(3, '0')}`),
    );
    return [line, ...others].join('\n');
  });
}

/** The whole lane's newest record among what a consumer printed as topic, key and JSON. */
function newestOf(lines: readonly string[]): Divergence | null {
  const line = lines.findLast((candidate) => candidate.split(' ', 2)[1] === lane && candidate.includes('{'));
  return line === undefined ? null : (JSON.parse(line.slice(line.indexOf('{'))) as Divergence);
}

/** The alerts among what a consumer printed. */
function alertsOf(lines: readonly string[]): readonly Alert[] {
  return lines
    .filter((line) => /^\S+\.alerts /.test(line))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Alert);
}

test('the commands of the page: exchanges of one record and of two are compared, a consumer reads it as JSON', async (t) => {
  const shadow = modelThat(() => 'approved');
  const pipeline = await startPipeline(t, cluster, { production: shadow, shadow, format: 'json' });
  const [requests, responses, whole, subscribe, look] = commandsOf('docs/plugging-in.md', pipeline.config);
  assert.ok(requests && responses && whole && subscribe && look);

  const seen = follow(t, subscribe);
  const sampled = (): number => newestOf(seen)?.running.sums.ledger.sampled ?? 0;
  for (const command of [requests, responses, whole]) await runCommand(multiplied(command, 0));
  const exchanges = 2 * (1 + copies);
  await waitFor(() => sampled() >= exchanges, { what: 'all to be judged', timeoutMs: closedWithinMs });

  const first = newestOf(seen);
  assert.ok(first);
  // loan-1 is approved by both; loan-2, one record, is denied by production.
  assert.deepEqual(first.running.sums.ledger, { sampled: exchanges, compared: exchanges, notCompared: {} });
  assert.equal(first.running.sums.agreed, 1 + copies);
  assert.equal(typeof first.running.agreement.estimate, 'number');
  assert.equal(newestOf((await runCommand(look)).split('\n').map((line) => `- ${line}`))?.lane, lane);
  // Half of the answers differ: what begins is in the consumer's other topic.
  const isFiring = ({ rule, state }: Alert): boolean => rule === 'divergence-high' && state === 'firing';
  await waitFor(() => alertsOf(seen).some(isFiring), { what: 'the alert', timeoutMs: closedWithinMs });
  await assertPartitions(pipeline.config);

  // A misspelt field is a dead letter that says so. The sums go on from records of the other form, compressed ones too.
  await runCommand(requests.replaceAll('"exchangeId"', '"exchangeid"'));
  await pipeline.restartComparator('avro');
  const compressed = [
    requests.replace('kcat -P', 'kcat -P -z zstd'),
    responses.replace('kcat -P', 'kcat -P -z lz4'),
  ];
  for (const command of compressed) await runCommand(multiplied(command, 100).replaceAll('loan-1', 'loan-3'));
  const compared = exchanges + 1 + copies;
  const newest = await newestDivergence(pipeline.config, {
    isIt: ({ running }) => running.sums.ledger.sampled > compared,
    what: 'all of the second round to be judged',
  });
  const { ledger } = newest.running.sums;
  assert.deepEqual(
    { ...ledger, notCompared: { ...ledger.notCompared } },
    { sampled: compared + 1, compared, notCompared: { 'request-unreadable': 1 } },
  );
  assert.equal(newest.running.sums.agreed, 2 * (1 + copies));
  const [reason, ...others] = await deadLetterReasons(pipeline.config);
  assert.match(reason ?? '', /\$\.exchangeid: no such field; did you mean "exchangeId"\?/);
  assert.deepEqual(others, []);
  assert.deepEqual(await formsOf(pipeline.config), new Set(['{'.charCodeAt(0), 0]));
});

/** What was written by kcat is where Java clients, and ours, would have written it. */
async function assertPartitions(config: Config): Promise<void> {
  const used = new Set<number>();
  for await (const { key, value, partition } of recordsOf(config, 'requests')) {
    if (value === null) continue;
    assert.equal(partition, partitionOf(String(key), config.kafka.partitions));
    used.add(partition);
  }
  assert.equal(used.size, config.kafka.partitions);
}

/** The first bytes of all values of the divergence topic. */
async function formsOf(config: Config): Promise<ReadonlySet<number>> {
  const forms = new Set<number>();
  for await (const { value } of recordsOf(config, 'divergence')) forms.add(value?.[0] ?? -1);
  return forms;
}

async function deadLetterReasons(config: Config): Promise<readonly string[]> {
  const reasons: string[] = [];
  for await (const { headers } of recordsOf(config, 'shadow-dead-letters')) {
    reasons.push(String(headers['understudy-reason']));
  }
  return reasons;
}

function recordsOf(config: Config, topic: SharedTopic): AsyncIterable<IncomingRecord> {
  const connection = kafkaConnection(config, 'test', createLogger({ service: 'test', level: 'fatal' }));
  return readLog(connection, { topic: topicNames(config.kafka.prefix).shared(topic) });
}
