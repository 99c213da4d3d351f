import type { Broker, Cluster } from 'kafkajs';
import { Protocol } from './kafkajs.ts';

/** How a transactional id stands with the coordinator of its transactions; the names are Kafka's. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
  | 'PrepareEpochFence'
  | 'Dead';

/** A producer's right to a transactional id, until somebody else asks for one. */
export interface ProducerIdentity {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/** What of the coordinator of transactions kafkajs can ask, though its types don't say so. */
interface CoordinatorRequests {
  initProducerId(request: {
    readonly transactionalId: string;
    readonly transactionTimeout: number;
  }): Promise<ProducerIdentity>;
  addPartitionsToTxn(
    request: OfTransaction & { readonly topics: readonly TopicPartitions[] },
  ): Promise<unknown>;
  addOffsetsToTxn(request: OfTransaction & { readonly groupId: string }): Promise<unknown>;
  endTxn(request: OfTransaction & { readonly transactionResult: boolean }): Promise<unknown>;
  readonly connectionPool: { send(request: unknown): Promise<unknown> };
}

interface OfTransaction extends ProducerIdentity {
  readonly transactionalId: string;
}

interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

const describeTransactions = 65;
const transactionalIdNotFound = 105;
const transactionCoordinator = 1;

/**
 * One transactional id, request by request, of the broker that coordinates it now. Errors are kafkajs' own: retriable or
 * not, as `toStreamsError` reads them. Needs Kafka 3.0 or later (KIP-664).
 */
export class TransactionRequests {
  readonly #coordinator: CoordinatorRequests;
  readonly #transactionalId: string;

  static async find(cluster: Cluster, transactionalId: string): Promise<TransactionRequests> {
    const asked = { groupId: transactionalId, coordinatorType: transactionCoordinator };
    const broker: Broker = await cluster.findGroupCoordinator(asked);
    return new TransactionRequests(broker as unknown as CoordinatorRequests, transactionalId);
  }

  private constructor(coordinator: CoordinatorRequests, transactionalId: string) {
    this.#coordinator = coordinator;
    this.#transactionalId = transactionalId;
  }

  /** Null: the coordinator knows nothing of the id. */
  async state(): Promise<TransactionState | null> {
    const answer = await this.#coordinator.connectionPool.send(describeRequest(this.#transactionalId));
    return answer as TransactionState | null;
  }

  /** Takes the id: whoever had it can't commit any more, and what they had open is aborted. */
  take(transactionTimeout: number): Promise<ProducerIdentity> {
    const transactionalId = this.#transactionalId;
    return this.#coordinator.initProducerId({ transactionalId, transactionTimeout });
  }

  async addPartitions(as: ProducerIdentity, topic: string, partitions: readonly number[]): Promise<void> {
    await this.#coordinator.addPartitionsToTxn({ ...this.#of(as), topics: [{ topic, partitions }] });
  }

  async addOffsets(as: ProducerIdentity, groupId: string): Promise<void> {
    await this.#coordinator.addOffsetsToTxn({ ...this.#of(as), groupId });
  }

  async end(as: ProducerIdentity, isCommit: boolean): Promise<void> {
    await this.#coordinator.endTxn({ ...this.#of(as), transactionResult: isCommit });
  }

  #of({ producerId, producerEpoch }: ProducerIdentity): OfTransaction {
    return { transactionalId: this.#transactionalId, producerId, producerEpoch };
  }
}

/** DescribeTransactions, version 0, in the form in which kafkajs sends its own requests. */
function describeRequest(transactionalId: string): object {
  return {
    request: {
      apiKey: describeTransactions,
      apiVersion: 0,
      apiName: 'DescribeTransactions',
      encode: () =>
        Promise.resolve(
          new Protocol.Encoder()
            .writeUVarIntBytes() // tagged fields of the header: none
            .writeUVarIntArray([new Protocol.Encoder().writeUVarIntString(transactionalId)])
            .writeUVarIntBytes(),
        ),
    },
    response: { decode: decodeDescription, parse: stateIn },
  };
}

interface Description {
  readonly errorCode: number;
  readonly state: string;
}

function decodeDescription(response: Buffer): Promise<Description> {
  const decoder = new Protocol.Decoder(response);
  decoder.readTaggedFields();
  decoder.readInt32(); // time for which the request was held back
  decoder.readUVarInt(); // one state, plus one
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString(); // the id
  return Promise.resolve({ errorCode, state: decoder.readUVarIntString() ?? '' });
}

function stateIn({ errorCode, state }: Description): Promise<TransactionState | null> {
  if (errorCode === transactionalIdNotFound) return Promise.resolve(null);
  if (errorCode !== 0) return Promise.reject(Protocol.errorOf(errorCode));
  return Promise.resolve(state as TransactionState);
}
