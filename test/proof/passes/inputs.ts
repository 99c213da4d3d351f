import type { Config } from '@understudy/config';
import type { Answer, ProductionResult, Request, ShadowResponse } from '@understudy/schemas-avro';
import {
  type OutgoingRecord,
  partitionOf,
  PartitionSender,
  readLog,
  type Streams,
} from '@understudy/streams';
import { letTimePass } from '../../support/wait-for.ts';
import type { Random } from '../random.ts';

export const lane = 'quotes.heavy.live';

export interface InputOptions {
  readonly config: Config;
  readonly streams: Streams;
  readonly random: Random;
  readonly requests: number;
  /** Over which the requests are spread. */
  readonly spreadMs: number;
}

const chunkMs = 50;

/**
 * Writes what a gateway and an invoker would: requests and production's responses at the times of the wall clock, then what
 * became of each request in the lane, in their order, and at last a tick and a progress record that close all windows.
 * Some responses come before their requests, some twice; some records can't be read, some are another experiment's; some
 * requests carry their answer, some are not sampled, some are deferred and recovered.
 *
 * @returns the log's time at the last request that was sampled, ms since the epoch
 */
export async function writeInputs(options: InputOptions): Promise<number> {
  const { config, streams, requests, spreadMs } = options;
  const sender = new PartitionSender(streams.connection, {
    maxQueuedRecords: 100_000,
    maxQueuedBytes: 64 * 1024 * 1024,
  });
  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    await Promise.all(records.map((record) => sender.send(record)));
  };
  const make = recordMaker(options);
  let lastMs = 0;
  try {
    const chunks = Math.ceil(spreadMs / chunkMs);
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const records = Array.from({ length: Math.ceil(requests / chunks) }, make.exchange).flat();
      await Promise.all([send(records), letTimePass(chunkMs)]);
    }
    await letTimePass(config.experiments[0]?.windowMs ?? 0); // the ticks are in a later window
    const { partitions, prefix } = config.kafka;
    for (let partition = 0; partition < partitions; partition += 1) {
      const inputs = ['requests', 'production-responses'].map((topic) => prefix + topic);
      await send(inputs.map((topic) => ({ topic, partition, key: null, value: null })));
      const { records, lastSampledMs } = await make.shadowResponses(partition);
      await send(records);
      lastMs = Math.max(lastMs, lastSampledMs);
    }
  } finally {
    await sender.close({ graceMs: 1_000 });
  }
  return lastMs;
}

function recordMaker({ config, streams: { connection, registry }, random }: InputOptions) {
  const { partitions, prefix } = config.kafka;
  const topics = {
    requests: `${prefix}requests`,
    production: `${prefix}production-responses`,
    shadow: `${prefix}shadow-responses.${lane}`,
  };
  const encodeRequest = registry.encoder('request', topics.requests);
  const encodeProduction = registry.encoder('production-response', topics.production);
  const encodeShadow = registry.encoder('shadow-response', topics.shadow);

  /** One request and production's response, in the order in which they are appended. */
  function exchange(): OutgoingRecord[] {
    const exchangeId = random.id();
    const partition = partitionOf(exchangeId, partitions);
    const at = { partition, key: exchangeId };
    const share = random.next();
    if (share < 0.01) return [{ ...at, topic: topics.requests, value: Buffer.from('no request') }];
    const result = answered(random.chance(0.9) ? 'approved' : 'denied', random);
    const experiment = share < 0.05 ? 'refunds' : 'quotes';
    const carries = share > 0.95;
    const value = encodeRequest(requestOf(exchangeId, experiment, carries ? result : null));
    const request = { ...at, topic: topics.requests, value };
    if (carries) return [request];
    const told = { exchangeId, experiment, responseTime: Date.now(), result };
    const response = { ...at, topic: topics.production, value: encodeProduction(told) };
    if (share < 0.15) return [response, request];
    return share < 0.25 ? [request, response, response] : [request, response];
  }

  /** What became of each request of a partition, and progress at its end. */
  async function shadowResponses(
    partition: number,
  ): Promise<{ records: OutgoingRecord[]; lastSampledMs: number }> {
    const responses: ShadowResponse[] = [];
    const deferred: ShadowResponse[] = [];
    let requestTime = 0;
    let requestOffset = -1;
    for await (const record of readLog(connection, { topic: topics.requests, partitions: [partition] })) {
      requestTime = Math.max(requestTime, record.timestampMs);
      requestOffset = record.offset;
      const request = await readable(record.value);
      if (request?.experiment === 'refunds' || record.value === null || random.chance(0.1)) continue;
      const exchangeId = request?.exchangeId ?? null;
      const first = { ...none, kind: 'first' as const, requestOffset, requestTime, exchangeId };
      if (request === null) responses.push({ ...first, status: 'skipped', reason: 'unreadable' });
      else if (random.chance(0.05)) {
        const put = { ...first, status: 'deferred' as const, reason: 'http-503', attempts: 2 };
        responses.push(put);
        deferred.push(put);
      } else {
        const { answer, latencyMs } = answered(random.chance(0.85) ? 'approved' : 'denied', random);
        responses.push({ ...first, status: 'answered', attempts: 1, latencyMs, answer });
      }
      const oldest = deferred.length > 3 ? deferred.shift() : undefined;
      if (oldest !== undefined) responses.push(recoveryOf(oldest, random));
    }
    const lastSampledMs = responses.findLast(({ kind }) => kind === 'first')?.requestTime ?? 0;
    responses.push({ ...none, kind: 'progress', requestOffset, requestTime, exchangeId: null });
    const records = responses.map((response) => ({
      topic: topics.shadow,
      partition,
      key: response.exchangeId,
      value: encodeShadow(response),
    }));
    return { records, lastSampledMs };
  }

  async function readable(value: Buffer | null): Promise<Request | null> {
    try {
      return value === null ? null : await registry.decode('request', value);
    } catch {
      return null;
    }
  }

  return { exchange, shadowResponses };
}

const none = { status: null, reason: null, attempts: 0, latencyMs: null, answer: null } as const;

function recoveryOf(deferred: ShadowResponse, random: Random): ShadowResponse {
  if (random.chance(0.3)) return { ...deferred, kind: 'recovery', status: 'dead_lettered', attempts: 4 };
  const { answer, latencyMs } = answered('approved', random);
  return { ...deferred, kind: 'recovery', status: 'answered', reason: null, attempts: 3, latencyMs, answer };
}

function answered(decision: string, random: Random): ProductionResult & { readonly answer: Answer } {
  const body = Buffer.from(JSON.stringify({ decision }));
  return {
    outcome: 'answered',
    answer: { status: 200, headers: {}, contentType: 'application/json', body, bodySize: body.length },
    latencyMs: Math.round(random.between(1, 50) * 10) / 10,
    error: null,
  };
}

function requestOf(exchangeId: string, experiment: string, production: ProductionResult | null): Request {
  const body = Buffer.from(JSON.stringify({ tier: exchangeId < '8' ? 'gold' : 'silver', quote: exchangeId }));
  return {
    exchangeId,
    requestId: null,
    experiment,
    session: null,
    requestTime: Date.now(),
    method: 'POST',
    path: '/quotes',
    headers: {},
    contentType: 'application/json',
    body,
    bodySize: body.length,
    production,
  };
}
