import type { Lane } from '@understudy/domain';

/** Where the demo's parts are. */
export interface DemoPlaces {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly gatewayPort: number;
  readonly consolePort: number;
  readonly modelUrls: Readonly<Record<'production' | Shadow, string>>;
}

export type Shadow = (typeof shadows)[number];

/** The released shadow, with a fault in its serving code, and the one in which that was repaired. */
export const shadows = ['boosted', 'repaired'] as const;

export const experiment = 'mortgage';

/** The route of the experiment. */
export const path = '/predict';

export const lanes: readonly Lane[] = shadows.map((shadow) => ({ experiment, shadow, run: 'live' }));

/** The demo's `understudy.yaml`. Not generated from an object, for people look into it. */
export function configFileText(places: DemoPlaces): string {
  const { brokers, registryUrl, gatewayPort, consolePort, modelUrls } = places;
  const shadowLines = shadows.map(
    (name) =>
      `      - { name: ${name}, url: '${modelUrls[name]}', timeout: 2s, retry: { delays: [3s, 10s] } }`,
  );
  return `# Written by the demo. \`understudy config explain --config\` on this file shows every setting.
kafka:
  brokers: [${brokers.map((broker) => `'${broker}'`).join(', ')}]
  partitions: 4
registry:
  url: '${registryUrl}'
gateway:
  port: ${gatewayPort}
console:
  port: ${consolePort}
experiments:
  - name: ${experiment}
    route: { method: POST, path: ${path} }
    production: { url: '${modelUrls.production}' }
    shadows:
${shadowLines.join('\n')}
    window: 5s
    comparison: { kind: class, label: /decision, score: /score }
    verdict: # what a demo is too short for, or a busy machine too slow, is off
      errors: { max: 0.02 }
      latency: { p99Ratio: off }
      duration: { min: off }
    alerts:
      latency: { floor: 1s }
    segments:
      - { field: /self_employed, values: ['yes', 'no'] }
      - { field: /single, values: ['yes', 'no'] }
      - { field: /condominium, values: ['yes', 'no'] }
`;
}
