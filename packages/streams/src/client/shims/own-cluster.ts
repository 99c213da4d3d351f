import type { Cluster, ISocketFactory, RetryOptions } from 'kafkajs';

/** What of kafkajs' cluster is touched here. */
interface ClusterInternals {
  /** Topics whose metadata is asked for; none: all of them. */
  readonly targetTopics: Set<string>;
  /** A producer with a transactional id looks here for its pauses, and finds kafkajs' defaults: 300 ms before the first retry. */
  retry?: RetryOptions | undefined;
}

interface ClusterOptions {
  readonly socketFactory: ISocketFactory;
  readonly retry?: RetryOptions;
}

type ClusterClass = new (options: ClusterOptions) => ClusterInternals;

const topicsOf = new WeakMap<ISocketFactory, readonly string[]>();
const clusters = new WeakMap<ISocketFactory, ClusterInternals>();

/** Clients that are made with this factory are about these topics, from the start. */
export function nameTopics(factory: ISocketFactory, topics: readonly string[]): void {
  topicsOf.set(factory, topics);
}

/** What the last client that was made with this factory reaches the brokers through: kafkajs does not hand it out. */
export function clusterMadeWith(factory: ISocketFactory): Cluster | undefined {
  return clusters.get(factory) as unknown as Cluster | undefined;
}

/**
 * A cluster that knows of topics before anything is sent, and is known to whoever made its client.
 *
 * Until then the client asks for the metadata of all topics there are, as when a producer takes its transactional id
 * over: with hundreds of producers, and thousands of partitions, most of what a start costs.
 */
export function ownCluster(Base: ClusterClass): ClusterClass {
  return class extends Base {
    override readonly retry: RetryOptions | undefined;

    constructor(options: ClusterOptions) {
      super(options);
      this.retry = options.retry;
      for (const topic of topicsOf.get(options.socketFactory) ?? []) this.targetTopics.add(topic);
      clusters.set(options.socketFactory, this);
    }
  };
}
