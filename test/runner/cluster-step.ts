import { startLocalCluster } from '@understudy/infra-local';
import type { ProcessGroup } from '@understudy/infra-local';
import { clusterVariables, registryAddress } from '../support/cluster.ts';
import type { Step } from './step.ts';

/**
 * Starts the Kafka and schema registry that the test files after this step share, and tells them by environment. Whoever
 * owns `processes` stops them.
 */
export function clusterStep(processes: ProcessGroup, print: (text: string) => void): Step {
  return {
    name: 'start Kafka and schema registry',
    run: async (signal) => {
      const stop = (): void => void processes.stop().catch((error: unknown) => print(`${String(error)}\n`));
      signal.addEventListener('abort', stop, { once: true });
      const onProgress = (text: string): void => print(`${text}\n`);
      const { bootstrapServers, registryUrl } = await startLocalCluster({ processes, onProgress });
      process.env[clusterVariables.brokers] = bootstrapServers.join(',');
      process.env[clusterVariables.registry] = registryAddress(registryUrl);
      return { passed: 0, failed: 0 };
    },
  };
}
