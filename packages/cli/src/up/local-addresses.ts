import { addressVariables, type ConfigSource, missingAddresses } from '@understudy/config';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';

/** Where a local Kafka (`host:port,host:port`) and registry are, by the variables that name them to a config. */
export type LocalAddresses = Readonly<
  Record<(typeof addressVariables)[keyof typeof addressVariables], string>
>;

/** Where they are if nothing else listens there. */
export const usualAddresses: LocalAddresses = {
  [addressVariables.kafka]: '127.0.0.1:9092',
  [addressVariables.registry]: 'http://127.0.0.1:8081',
};

/** The folder of what `up` keeps for a config: beside the file. */
export function localFolder(configFile: string): string {
  return join(dirname(configFile), '.understudy');
}

/** Lets other commands with the same config find what this process has started, for as long as it lives. */
export async function tellAddresses(folder: string, addresses: LocalAddresses): Promise<void> {
  await writeFile(fileIn(folder), JSON.stringify({ pid: process.pid, addresses }));
}

/**
 * The source for a command that is given while `understudy up` runs: where neither file nor environment says where
 * Kafka and the registry are, they are those of `up`, or else `otherwise`.
 *
 * @throws UserError if there are none; ConfigError if the file isn't YAML
 */
export function withLocalAddresses(source: ConfigSource, otherwise?: LocalAddresses): ConfigSource {
  if (missingAddresses(source).length < Object.keys(addressVariables).length) return source;
  const addresses = addressesOfUp(localFolder(source.file)) ?? otherwise;
  if (addresses !== undefined) return { ...source, env: { ...source.env, ...addresses } };
  const variables = Object.values(addressVariables).join(' and ');
  throw new UserError(
    `${source.file} names no Kafka, and \`understudy up\` does not run with it: start it, ` +
      `or name Kafka and the registry there or in ${variables}.`,
  );
}

/** Undefined: no `up` runs. A file of one that was killed is passed over, for its process is gone. */
function addressesOfUp(folder: string): LocalAddresses | undefined {
  try {
    const told = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as {
      pid: number;
      addresses: LocalAddresses;
    };
    process.kill(told.pid, 0);
    return told.addresses;
  } catch {
    return undefined;
  }
}

function fileIn(folder: string): string {
  return join(folder, 'running.json');
}
