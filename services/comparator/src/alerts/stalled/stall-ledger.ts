import type { Alert } from '@understudy/schemas-avro';
import {
  decodeState,
  encodeState,
  type KafkaAdmin,
  type KafkaConnection,
  TransactionalProducer,
} from '@understudy/streams';
import type { ComparatorLane } from '../../comparator-lane.ts';
import { alertRecord } from '../alert-record.ts';
import type { FiringStall } from './stall.ts';

interface StallState {
  readonly firing: FiringStall | null;
}

/**
 * Writes a lane's stalls, each beginning and end once whoever watches: a record and what is firing after it are one
 * transaction, under a transactional id of the lane. Who opens it shuts out who had it before, and then reads what is
 * firing, as tasks do: as the metadata of an offset. (The alerts topic itself may end, for readers of committed records,
 * before records that were committed: another lane's transaction can be open in the same partition.)
 */
export class StallLedger {
  readonly #lane: ComparatorLane;
  readonly #id: string;
  readonly #producer: TransactionalProducer;
  #firing: FiringStall | null;

  static async open(
    { connection, admin }: { readonly connection: KafkaConnection; readonly admin: KafkaAdmin },
    lane: ComparatorLane,
  ): Promise<StallLedger> {
    const id = `${lane.prefix}alerts.stalled.${lane.name}`;
    const at = { topic: lane.topics.alerts, partition: lane.lanePartition };
    const producer = await TransactionalProducer.open(connection, {
      transactionalId: id,
      writes: [at],
      readsPositionsOf: { groupId: id, ...at },
    });
    try {
      const [committed] = await admin.committed(id, [lane.topics.alerts], [lane.lanePartition]);
      const isNew = committed === undefined || committed.offset === null;
      const { firing } = isNew ? { firing: null } : decodeState<StallState>(committed, isStallState);
      return new StallLedger(lane, { id, producer, firing });
    } catch (error) {
      await producer.close();
      throw error;
    }
  }

  private constructor(
    lane: ComparatorLane,
    { id, producer, firing }: { id: string; producer: TransactionalProducer; firing: FiringStall | null },
  ) {
    this.#lane = lane;
    this.#id = id;
    this.#producer = producer;
    this.#firing = firing;
  }

  /** What was announced and not resolved. */
  get firing(): FiringStall | null {
    return this.#firing;
  }

  /** @throws StreamsError after which it can't be used: open another one */
  async write(alert: Alert, firing: FiringStall | null): Promise<void> {
    const { topics, lanePartition } = this.#lane;
    const metadata = encodeState({ firing } satisfies StallState);
    const position = { topic: topics.alerts, partition: lanePartition, offset: 0, metadata };
    await this.#producer.commit({
      records: [alertRecord(this.#lane, alert)],
      offsets: { groupId: this.#id, positions: [position] },
    });
    this.#firing = firing;
  }

  close(): Promise<void> {
    return this.#producer.close();
  }
}

function isStallState({ firing }: Partial<StallState>): boolean {
  return firing === null || typeof firing?.windowStart === 'number';
}
