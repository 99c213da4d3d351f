import type { Config } from '@understudy/config';
import type { ServiceAddresses } from '../stage/services.ts';
import type { ClusterPlan } from './find-cluster.ts';

/** Where everything is. */
export interface Places extends ServiceAddresses {
  readonly kafka: string;
  readonly registry: string;
  /** The folder of the services' logs. */
  readonly logs: string;
}

/** Where callers send their requests now, and where to look; as lines of text. */
export function placesText({ config, ...plan }: ClusterPlan, places: Places): string {
  const kept = plan.kind === 'local' ? `, its data in ${plan.folder}` : '';
  const rows = [
    ...config.experiments.map((experiment) => routeRow(experiment, places.gateway)),
    ['findings', `${places.console}/`],
    ['Kafka', `${places.kafka}${kept}`],
    ['registry', places.registry],
    ['logs', places.logs],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', place]) => `  ${name.padEnd(width)}  ${place}\n`).join('');
}

function routeRow(
  { name, route, production, shadows }: Config['experiments'][number],
  gateway: string,
): string[] {
  const copies = shadows.map((shadow) => `${shadow.name} (${shadow.url}${route.path})`).join(', ');
  return [
    name,
    `${route.method} ${gateway}${route.path} in place of ${production.url}${route.path}; copies go to ${copies}`,
  ];
}
