import { type Config, parseConfig } from '@understudy/config';

export interface ConfigParts {
  readonly brokers?: readonly string[];
  readonly registry?: string;
  readonly prefix?: string;
  /** Of the experiment; default a shadow that nobody calls. */
  readonly shadowUrl?: string;
  /** Lines of the gateway's section, a flow mapping. */
  readonly gateway?: string;
}

/** One experiment, `mortgage` at POST /predict; by default with a Kafka that is not there. */
export function clientConfig(parts: ConfigParts = {}): Config {
  const { brokers = ['127.0.0.1:1'], registry = 'http://127.0.0.1:1', prefix = 'client-test.' } = parts;
  const { shadowUrl = 'http://127.0.0.1:1', gateway = '{}' } = parts;
  const text = `
kafka: { brokers: ${JSON.stringify(brokers)}, prefix: '${prefix}', partitions: 3 }
registry: { url: '${registry}' }
gateway: ${gateway}
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1', timeout: 5s }
    session: { header: x-session }
    window: 1s
    redact: { headers: [x-secret], body: [/ssn] }
    shadows: [{ name: boosted, url: '${shadowUrl}' }]
    comparison: { kind: class, label: /decision }
`;
  return parseConfig({ text, file: 'understudy.yaml', env: {} });
}
