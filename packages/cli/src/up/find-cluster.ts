import {
  addressVariables,
  type Config,
  type ConfigSource,
  missingAddresses,
  parseConfig,
} from '@understudy/config';
import { type ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { localFolder, tellAddresses, usualAddresses } from './local-addresses.ts';

/** Where Kafka and the registry of a config will be. */
export type ClusterPlan =
  | { readonly kind: 'named'; readonly config: Config }
  /** Kafka's data lies in `folder`. The config's own addresses stand for those that are not known yet. */
  | { readonly kind: 'local'; readonly config: Config; readonly folder: string };

/**
 * Reads the config. Where neither file nor environment says where Kafka and the registry are, they are to be local,
 * with Kafka's data in `.understudy` beside the file, so that the next start goes on with it.
 *
 * @throws ConfigError that lists everything that is wrong; UserError if one of the two addresses is given without the other
 */
export function planCluster(source: ConfigSource): ClusterPlan {
  const missing = missingAddresses(source);
  const [first, second] = missing;
  if (first === undefined) return { kind: 'named', config: parseConfig(source) };
  if (second === undefined) {
    const given = first === 'kafka' ? 'a registry and no Kafka' : 'Kafka and no registry';
    throw new UserError(`${source.file} names ${given}: name both, or neither to have both on this machine.`);
  }
  // The addresses are known only when Kafka is up; all else is checked before.
  const config = parseConfig({ ...source, env: { ...source.env, ...usualAddresses } });
  return { kind: 'local', config, folder: localFolder(source.file) };
}

/** Where Kafka and the registry are. */
export interface Cluster {
  /** `host:port,host:port` */
  readonly kafka: string;
  readonly registry: string;
  /** What services need beside the config's file. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts what the plan says is to be local. */
export async function findCluster(
  plan: ClusterPlan,
  { processes, onProgress }: { processes: ProcessGroup; onProgress: (text: string) => void },
): Promise<Cluster> {
  if (plan.kind === 'named') {
    const { kafka, registry } = plan.config;
    return { kafka: kafka.brokers.join(','), registry: registry.url, env: {} };
  }
  const { bootstrapServers, registryUrl } = await startLocalCluster({
    processes,
    onProgress,
    dataDir: await prepareFolder(plan.folder),
  });
  if (registryUrl === null) throw new Error('the local cluster came up without a registry');
  const kafka = bootstrapServers.join(',');
  const env = { [addressVariables.kafka]: kafka, [addressVariables.registry]: registryUrl };
  await tellAddresses(plan.folder, env);
  return { kafka, registry: registryUrl, env };
}

/** What users sent is in there, and nobody should commit it by accident. Resolves to where Kafka's data lies. */
async function prepareFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.gitignore'), '*\n');
  return join(folder, 'kafka');
}
