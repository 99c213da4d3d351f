import { hash } from 'node:crypto';
import type { Config } from '@understudy/config';
import { partitionOf, readLog, type Streams } from '@understudy/streams';
import { lane } from './inputs.ts';

/** What a pass has published: each value's bytes as a hash, with enough before it to find it by. */
export interface Published {
  /** By partition, in their order. */
  readonly comparisons: readonly (readonly string[])[];
  /** Those in which something was sampled, by partition and window: how empty ones are grouped says nothing. */
  readonly parts: readonly string[];
  readonly divergence: readonly string[];
}

export async function readPublished(
  { kafka }: Pick<Config, 'kafka'>,
  { connection, registry }: Streams,
): Promise<Published> {
  const lanePartition = [partitionOf(lane, kafka.partitions)];
  const comparisons: string[][] = Array.from({ length: kafka.partitions }, () => []);
  for await (const { partition, value } of readLog(connection, {
    topic: `${kafka.prefix}comparisons.${lane}`,
  })) {
    if (value === null) continue;
    const { windowStart } = await registry.decode('comparison', value);
    comparisons[partition]?.push(`${windowStart} ${digest(value)}`);
  }
  const parts: string[] = [];
  const ofLane = { partitions: lanePartition };
  for await (const { value } of readLog(connection, { topic: `${kafka.prefix}window-parts`, ...ofLane })) {
    if (value === null) continue;
    const { partition, windowStart, segments } = await registry.decode('window-part', value);
    if (segments.length > 0) parts.push(`${partition} ${windowStart} ${digest(value)}`);
  }
  const divergence: string[] = [];
  for await (const { value } of readLog(connection, { topic: `${kafka.prefix}divergence`, ...ofLane })) {
    if (value === null) continue;
    const { windowStart, segment } = await registry.decode('divergence', value);
    divergence.push(`${windowStart} ${segment?.value ?? 'lane'} ${digest(value)}`);
  }
  return { comparisons, parts: parts.toSorted(), divergence };
}

function digest(value: Buffer): string {
  return hash('sha256', value);
}
