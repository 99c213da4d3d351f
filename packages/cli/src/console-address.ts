import { type ConsoleConfig, parseConfig, readConfigSource } from '@understudy/config';
import { usualAddresses, withLocalAddresses } from './up/local-addresses.ts';
import { UserError } from './user-error.ts';

const everyInterface = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
]);

/** Where a console with this config is found from this machine. @throws UserError where its port is not known before it runs */
export function consoleAddress({ host, port }: Pick<ConsoleConfig, 'host' | 'port'>): string {
  if (port === 0)
    throw new UserError('console.port is 0, which is any free one: say where the console is with --console.');
  const name = everyInterface.get(host) ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${name}:${port}`;
}

/** The console that a command was told of, or else that of the configuration file; a command that was told needs no file. */
export function consoleFor({
  console: told,
  config: file,
}: {
  readonly console?: string;
  readonly config: string;
}): string {
  if (told !== undefined) return told;
  const source = withLocalAddresses(readConfigSource({ file, env: process.env }), usualAddresses);
  return consoleAddress(parseConfig(source).console);
}
