import type { ISocketFactory } from 'kafkajs';

/** What of kafkajs' cluster the guard touches. */
interface ClusterInternals {
  /** Topics whose metadata is asked for; none: all of them. */
  readonly targetTopics: Set<string>;
}

type ClusterClass = new (options: { readonly socketFactory: ISocketFactory }) => ClusterInternals;

const topicsOf = new WeakMap<ISocketFactory, readonly string[]>();

/** Clients that are made with this factory are about these topics, from the start. */
export function nameTopics(factory: ISocketFactory, topics: readonly string[]): void {
  topicsOf.set(factory, topics);
}

/**
 * A cluster that knows of topics before anything is sent.
 *
 * Until then the client asks for the metadata of all topics there are, as when a producer takes its transactional id
 * over: with hundreds of producers, and thousands of partitions, most of what a start costs.
 */
export function clusterOfTopics(Base: ClusterClass): ClusterClass {
  return class extends Base {
    constructor(options: ConstructorParameters<ClusterClass>[0]) {
      super(options);
      for (const topic of topicsOf.get(options.socketFactory) ?? []) this.targetTopics.add(topic);
    }
  };
}
