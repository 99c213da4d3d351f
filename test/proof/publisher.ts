import { createHash } from 'node:crypto';
import { liveRun, type ProductionResponse, type Request } from '@understudy/schemas-avro';
import { partitionOf, PartitionSender, type Streams } from '@understudy/streams';
import { partitions } from './scenario.ts';

/** Brokers may just have come back, on a machine with other work. */
const flushedWithinMs = 120_000;

type InputTopic = 'requests' | 'production-responses';

/** Writes the inputs as gateways do, and counts what Kafka has acknowledged. */
export class Publisher {
  readonly #sender: PartitionSender;
  readonly #streams: Streams;
  readonly #prefix: string;
  readonly #acknowledged = { requests: 0, 'production-responses': 0 };
  readonly #failures: unknown[] = [];

  constructor(streams: Streams, prefix: string) {
    this.#streams = streams;
    this.#prefix = prefix;
    const limits = { maxQueuedRecords: 100_000, maxQueuedBytes: 128 * 1024 * 1024 };
    this.#sender = new PartitionSender(streams.connection, limits);
  }

  get acknowledged(): Readonly<Record<InputTopic, number>> {
    return this.#acknowledged;
  }

  request(key: string, request: Request): void {
    const value = this.#streams.registry.encoder('request', `${this.#prefix}requests`)(request);
    this.raw('requests', key, value, { traceparent: traceparentOf(request.exchangeId) });
  }

  response(key: string, response: ProductionResponse): void {
    const topic = `${this.#prefix}production-responses`;
    this.raw(
      'production-responses',
      key,
      this.#streams.registry.encoder('production-response', topic)(response),
    );
  }

  /** A whole record, but of another kind than the topic's. */
  stranger(topic: InputTopic, key: string): void {
    const encode = this.#streams.registry.encoder('run', `${this.#prefix}runs`);
    this.raw(topic, key, encode(liveRun({ lane: 'of.no.body', start: 0, windowMs: 1 })));
  }

  /** Any bytes. */
  raw(topic: InputTopic, key: string, value: Buffer, headers: Readonly<Record<string, string>> = {}): void {
    const partition = partitionOf(key, partitions);
    this.#sender.send({ topic: this.#prefix + topic, partition, key, value, headers }).then(
      () => (this.#acknowledged[topic] += 1),
      (error: unknown) => this.#failures.push(error),
    );
  }

  /** Whatever is not acknowledged yet is given up. */
  async abandon(): Promise<void> {
    await this.#sender.close({ graceMs: 0 });
  }

  /** Waits until all is acknowledged. */
  async close(): Promise<void> {
    const isEmpty = await this.#sender.flush(flushedWithinMs);
    await this.#sender.close({ graceMs: 1_000 });
    if (!isEmpty || this.#failures.length > 0)
      throw new Error('the inputs could not be written', { cause: this.#failures[0] });
  }
}

function traceparentOf(exchangeId: string): string {
  const digest = createHash('sha256').update(exchangeId).digest('hex');
  return `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-01`;
}
