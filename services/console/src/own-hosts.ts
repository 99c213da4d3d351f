import { isIP } from 'node:net';

export interface OwnHostsOptions {
  /** The interface that the console listens on, `console.host`. */
  readonly listensOn: string;
  /** Further names of its own, `console.hosts`. */
  readonly named: readonly string[];
  /** The console as people reach it, `alerts.link`; null: not told. */
  readonly link: string | null;
}

/**
 * Whether a Host header means the console. Any site can let a name of its own point to this machine; a browser would then
 * take the console's answers for that site's, and let its scripts read them. Such a request has that site's name in Host,
 * so only names that are known to be the console's are answered. Addresses always are: no name is involved.
 */
export function ownHosts({
  listensOn,
  named,
  link,
}: OwnHostsOptions): (header: string | undefined) => boolean {
  const names = new Set(['localhost', ...[listensOn, ...named].map((name) => name.toLowerCase())]);
  if (link !== null) names.add(new URL(link).hostname);
  return (header) => {
    const name = URL.parse(`http://${header ?? ''}`)?.hostname ?? '';
    return names.has(name) || name.endsWith('.localhost') || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
  };
}
