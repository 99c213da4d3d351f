import { topicNames } from '@understudy/domain';
import type { Config } from '@understudy/config';
import { compileComparison } from '@understudy/comparison';
import { partitionOf, PartitionSender, setUpSharedTopics, type Streams } from '@understudy/streams';
import { type LabelRules, readLabelLine } from './label-lines.ts';

export interface SendLabelsOptions {
  readonly config: Config;
  readonly streams: Streams;
  readonly lines: AsyncIterable<string>;
  /** Of lines that name none. */
  readonly experiment: string | null;
  /** What is wrong with a line, counted from 1; the others are sent. */
  readonly onProblem: (line: number, problem: string) => void;
  /** Labels that Kafka has acknowledged so far, now and then. */
  readonly onProgress: (sent: number) => void;
}

export interface SentLabels {
  readonly sent: number;
  readonly problems: number;
}

/** Labels that wait for their acknowledgement together. */
const batchSize = 2_000;
const maxQueuedBytes = 64 * 1024 * 1024;
const deliveryTimeoutMs = 60_000;

/**
 * Writes a label for every line into the labels topic, keyed by its request id.
 *
 * @throws StreamsError if Kafka or the registry can't be had; what was reported as sent is in the log
 */
export async function sendLabels(options: SendLabelsOptions): Promise<SentLabels> {
  const { config, streams, lines, onProblem, onProgress } = options;
  await setUpSharedTopics({ config, ...streams });
  const topic = topicNames(config.kafka.prefix).shared('labels');
  const encode = streams.registry.encoder('label', topic);
  const limits = { maxQueuedRecords: batchSize, maxQueuedBytes, deliveryTimeoutMs };
  const sender = new PartitionSender(streams.connection, limits);
  const rules = rulesOf(options);
  let pending: Promise<number>[] = [];
  const counts = { sent: 0, problems: 0 };

  async function settle(): Promise<void> {
    await Promise.all(pending);
    counts.sent += pending.length;
    pending = [];
    onProgress(counts.sent);
  }

  try {
    let number = 0;
    for await (const line of lines) {
      number += 1;
      const read = readLabelLine(line, rules);
      if (read.kind === 'problem') {
        counts.problems += 1;
        onProblem(number, read.problem);
      } else if (read.kind === 'label') {
        const { requestId: key } = read.label;
        const value = encode({ ...read.label, observedTime: Date.now() });
        pending.push(
          sender.send({ topic, partition: partitionOf(key, config.kafka.partitions), key, value }),
        );
        if (pending.length === batchSize) await settle();
      }
    }
    await settle();
    return counts;
  } finally {
    await sender.close({ graceMs: 0 });
  }
}

function rulesOf({ config, experiment }: SendLabelsOptions): LabelRules {
  const plans = config.experiments.map(
    ({ name, comparison }) => [name, compileComparison(comparison)] as const,
  );
  return { plans: new Map(plans), experiment };
}
