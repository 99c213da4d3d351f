import { topicNames } from '@understudy/domain';
import { readLog, type RecordRegistry, StreamsError } from '@understudy/streams';
import { BottomKSample } from '@understudy/statistics';
import { type Leaf, leavesOf } from '../init/json-leaves.ts';
import type { OpenKafka } from '../open-kafka.ts';

export interface RequestsQuestion {
  readonly experiment: string;
  /** Requests that were appended at or after it, ms since the epoch. */
  readonly from: number;
  /** And before it. */
  readonly to: number;
  readonly maxRequests: number;
}

/**
 * The leaves of the JSON bodies of an experiment's requests, of at most `maxRequests`, drawn at random by their ids. Bodies that were
 * cut, or are no JSON, have none.
 */
export async function currentRequests(
  { config, connection, admin, registry }: OpenKafka & { readonly registry: RecordRegistry },
  { experiment, from, to, maxRequests }: RequestsQuestion,
): Promise<readonly (readonly Leaf[])[]> {
  const topic = topicNames(config.kafka.prefix).shared('requests');
  const [first, last] = await Promise.all([admin.offsetsAtTime(topic, from), admin.offsetsAtTime(topic, to)]);
  const sample = new BottomKSample<readonly Leaf[]>({ size: maxRequests, salt: 'drift' });
  const range = { from: new Map(first.entries()), until: new Map(last.entries()) };
  for await (const { value } of readLog(connection, { topic, ...range })) {
    const request = value === null ? null : await readable(registry, value);
    if (request?.experiment === experiment) sample.add(request.exchangeId, leavesIn(request.body));
  }
  return sample.items().map(({ item }) => item);
}

/** Null: no request, which is the services' concern. */
async function readable(registry: RecordRegistry, value: Buffer) {
  try {
    return await registry.decode('request', value);
  } catch (error) {
    if (error instanceof StreamsError && error.code === 'unreadable') return null;
    throw error;
  }
}

function leavesIn(body: Buffer): readonly Leaf[] {
  try {
    return leavesOf(JSON.parse(body.toString()));
  } catch {
    return [];
  }
}
