import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { ProductionResponse, Request } from '@understudy/schemas-avro';
import {
  KafkaAdmin,
  type KafkaConnection,
  kafkaConnection,
  partitionOf,
  PartitionSender,
  RecordRegistry,
  StreamsError,
  toStreamsError,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { LossReason } from './losses.ts';

/** Where the two records of an exchange go. */
export interface Outlet {
  request(key: string, request: Request, headers: RecordHeaders): Sending;
  /** In the same partition as its request. */
  productionResponse(key: string, response: ProductionResponse, headers: RecordHeaders): Sending;
}

export type RecordHeaders = Readonly<Record<string, string>>;

/** A record on its way. Encoding has happened; a value that doesn't fit was thrown as a TypeError. */
export interface Sending {
  readonly bytes: number;
  /** Resolves when Kafka has acknowledged it; rejects with StreamsError. */
  readonly acknowledged: Promise<unknown>;
}

/** The way to Kafka: opened in the background, for as long as it takes, while production already answers. */
export interface OutletOpening {
  /** Rejects with StreamsError `closed` if it is closed before. */
  readonly outlet: Promise<Outlet>;
  /** Why it isn't open yet; null when it is. */
  obstacle(): Obstacle | null;
  /** Waits at most `graceMs` for what is being sent; the rest is rejected. */
  close(options: { readonly graceMs: number }): Promise<void>;
}

export interface Obstacle {
  readonly reason: Extract<LossReason, 'registry-away' | 'kafka-away' | 'setup-refused'>;
  readonly message: string;
}

/** Where Kafka and the registry are. */
export type OutletConfig = Pick<Config, 'kafka' | 'registry'>;

const retryEveryMs = 1_000;

/** Nothing happens before `start()`. */
export function prepareOutlet({
  config,
  clientId,
  logger,
}: {
  readonly config: OutletConfig;
  /** Who we are in Kafka's logs. */
  readonly clientId: string;
  readonly logger: Logger;
}): OutletOpening & { start(): void } {
  const connection = kafkaConnection(config, clientId, logger);
  const sender = new PartitionSender(connection, {
    // What waits is bounded by the room, which is taken before a record is made: no second bound here.
    maxQueuedRecords: Number.MAX_SAFE_INTEGER,
    maxQueuedBytes: Number.MAX_SAFE_INTEGER,
    onState: (state) => {
      if (state.state === 'failing')
        logger.warn({ err: state.error }, 'Kafka does not take events: they wait');
      else logger.info('Kafka takes events again');
    },
  });
  const closing = new AbortController();
  const { promise: outlet, resolve, reject } = Promise.withResolvers<Outlet>();
  outlet.catch(() => {}); // Told to each exchange that waits for it.
  let obstacle: Obstacle | null = { reason: 'registry-away', message: 'not connected yet' };

  async function open(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        resolve(await openOnce(config, connection, sender));
        obstacle = null;
        logger.info('events are published');
        return;
      } catch (error) {
        const found = obstacleOf(error);
        if (found.message !== obstacle?.message) logger.warn({ ...found }, 'events can not be published yet');
        obstacle = found;
      }
      await delay(retryEveryMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    outlet,
    start: () => void open(),
    obstacle: () => obstacle,
    close: async (options) => {
      closing.abort();
      reject(new StreamsError('closed', 'recording is closed'));
      await sender.close(options);
    },
  };
}

async function openOnce(
  config: OutletConfig,
  connection: KafkaConnection,
  sender: PartitionSender,
): Promise<Outlet> {
  const { prefix, partitions } = config.kafka;
  const requests = topicNames(prefix).shared('requests');
  const responses = topicNames(prefix).shared('production-responses');

  const { url, auth } = config.registry;
  const registry = await RecordRegistry.open({
    url,
    ...(auth && { auth: { username: auth.username, password: auth.password.reveal() } }),
    waitMs: 0,
  });
  await registry.register('request', requests);
  await registry.register('production-response', responses);
  await checkPartitions(connection, [requests, responses], partitions);

  const encodeRequest = registry.encoder('request', requests);
  const encodeResponse = registry.encoder('production-response', responses);
  function send(topic: string, key: string, value: Buffer, headers: RecordHeaders): Sending {
    const record = { topic, partition: partitionOf(key, partitions), key, value, headers };
    return { bytes: value.length, acknowledged: sender.send(record) };
  }
  return {
    request: (key, request, headers) => send(requests, key, encodeRequest(request), headers),
    productionResponse: (key, response, headers) => send(responses, key, encodeResponse(response), headers),
  };
}

/** Both topics must have as many partitions as the config says: readers join them partition by partition. */
async function checkPartitions(
  connection: KafkaConnection,
  topics: readonly string[],
  partitions: number,
): Promise<void> {
  const admin = await KafkaAdmin.open(connection);
  try {
    for (const topic of topics) {
      const found = await admin.partitionCount(topic);
      if (found === partitions) continue;
      throw new StreamsError(
        'topic-mismatch',
        `topic ${topic} has ${found} partitions, kafka.partitions is ${partitions}: correct the setting, or use another kafka.prefix`,
      );
    }
  } finally {
    await admin.close();
  }
}

function obstacleOf(error: unknown): Obstacle {
  const { code, retriable, message } = toStreamsError(error, 'prepare for publishing');
  if (code === 'registry-unavailable') return { reason: 'registry-away', message };
  return { reason: retriable ? 'kafka-away' : 'setup-refused', message };
}
