import { startLocalCluster } from '@understudy/infra-local';

/** A real Kafka and schema registry for a test file. */
export interface TestCluster {
  /** `host:port` of each broker. */
  readonly brokers: string[];
  /** Address of the Confluent-compatible API. */
  readonly registryUrl: string;
  /** To be called when the file's tests are done; leaves a shared cluster running. */
  stop(): Promise<void>;
}

/** How `npm test` tells test files where the cluster is that they share. */
export const clusterVariables = {
  brokers: 'UNDERSTUDY_TEST_BROKERS',
  registry: 'UNDERSTUDY_TEST_REGISTRY',
} as const;

/**
 * The cluster that the test run shares; where a file is run by itself, one of its own (about 10 s). As others use it at the
 * same time, a file takes a topic prefix of its own and restarts nothing.
 */
export async function testCluster(): Promise<TestCluster> {
  const brokers = process.env[clusterVariables.brokers];
  const registryUrl = process.env[clusterVariables.registry];
  if (brokers !== undefined && registryUrl !== undefined) {
    return { brokers: brokers.split(','), registryUrl, stop: async () => {} };
  }
  const cluster = await startLocalCluster();
  return {
    brokers: [...cluster.bootstrapServers],
    registryUrl: registryAddress(cluster.registryUrl),
    stop: () => cluster.stop(),
  };
}

/** The registry's address of a cluster that was started with one. */
export function registryAddress(registryUrl: string | null): string {
  if (registryUrl === null) throw new Error('the cluster was started without a schema registry');
  return registryUrl;
}
