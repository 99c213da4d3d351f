import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { minimalWith, minimalYaml, parse } from '../test/minimal.ts';
import { loadConfig, parseConfig } from './index.ts';

const always = ['authorization', 'cookie', 'proxy-authorization', 'set-cookie', 'x-api-key'];

test('what is not given is filled in', () => {
  assert.deepEqual(parse(minimalYaml), {
    kafka: {
      brokers: ['127.0.0.1:9092'],
      prefix: 'understudy.',
      partitions: 6,
      replicationFactor: 1,
      retentionMs: 604_800_000,
      retentionOfMs: {},
      format: 'avro',
      requestTimeoutMs: 10_000,
      sessionTimeoutMs: 10_000,
      ssl: false,
      sasl: null,
    },
    registry: { url: 'http://127.0.0.1:8081', auth: null },
    gateway: {
      host: '127.0.0.1',
      port: 8080,
      maxBodyBytes: 10_485_760,
      captureBytes: 1_048_576,
      queue: { maxRecords: 20_000, maxBytes: 67_108_864 },
    },
    invoker: { host: '127.0.0.1', port: 'off' },
    comparator: { host: '127.0.0.1', port: 'off' },
    console: {
      host: '127.0.0.1',
      port: 8090,
      hosts: [],
      store: { path: resolve('.understudy/console.duckdb'), memoryBytes: 268_435_456 },
    },
    alerts: { falseAlarmsMs: 63_072_000_000, stalledAfterMs: 60_000, link: null, webhooks: [] },
    replays: { atOnce: 4 },
    experiments: [
      {
        name: 'mortgage',
        route: { method: 'POST', path: '/predict' },
        production: { url: 'http://127.0.0.1:9001', timeoutMs: 10_000 },
        session: null,
        sampling: { rate: 1, salt: 'mortgage' },
        windowMs: 10_000,
        redact: { headers: always, body: [] },
        shadows: [
          {
            name: 'boosted',
            url: 'http://127.0.0.1:9002',
            timeoutMs: 500,
            concurrency: 16,
            maxOutstanding: 1000,
            maxOutstandingBytes: 33_554_432,
            retry: { attempts: 2, pauseMs: 100, delaysMs: [30_000, 300_000] },
            breaker: { failures: 10, probeMs: 1000, maxPauseMs: 600_000 },
          },
        ],
        comparison: { kind: 'class', label: '/decision' },
        segments: [],
        keep: { divergingPairs: 1000, bodyBytes: 4096 },
        verdict: {
          agreement: { margin: 0.95 },
          confidence: 0.95,
          latency: { p95Ms: 'off', p99Ratio: 2, floorMs: 50 },
          errors: { max: 0.001 },
          duration: { minMs: 604_800_000, closed: [] },
        },
        labels: { horizonMs: 604_800_000 },
        alerts: {
          divergence: { max: 0.05, min: 'off' },
          errors: { max: 0.05 },
          latency: { p95Ratio: 2, floorMs: 50, p95Ms: 'off' },
          silent: { windows: 3 },
          resolveAfter: 3,
        },
      },
    ],
  });
});

test('reference.yaml holds the real defaults', () => {
  const file = join(import.meta.dirname, '../reference.yaml');
  const segment = "segments: [{ field: /self_employed, values: ['yes', 'no'] }]";
  const text = minimalWith('comparison:', `${segment}\n    comparison:`);
  const expected = parseConfig({ text, file, env: {} }); // the store lies beside the file
  assert.deepEqual(loadConfig({ file, env: {} }), expected);
});

test('what is given is compiled', () => {
  const [experiment] = parse(
    `
kafka:
  brokers: [a:1, '[::1]:2']
  retention: 30d
  sasl: { mechanism: plain, username: us, password: { env: KAFKA_PASSWORD } }
registry: { url: https://registry/apis/ccompat/v7/ }
comparator: { host: 0.0.0.0, port: 9100 }
experiments:
  - name: price
    route: { method: PUT, path: '/v1/models/price:predict' }
    production: { url: http://production/base/, timeout: 1500ms }
    session: { header: X-Session, ordered: true, idle: 30s }
    sampling: { rate: 0.25, salt: shared }
    window: 5s
    shadows: [{ name: a, url: http://a, timeout: 2s, concurrency: 4, maxOutstanding: 8, retry: { attempts: 1, delays: [] } }]
    comparison: { kind: number, value: /price, relativeTolerance: 0.01 }
    segments: [{ field: /a/b~1c~0d, values: [x], margin: 0.5 }, { name: y, field: /y, values: [x] }]
    verdict: { agreement: { margin: 0.97 } }
`,
    { KAFKA_PASSWORD: 'hunter2' },
  ).experiments;
  assert.partialDeepStrictEqual(experiment, {
    route: { method: 'PUT', path: '/v1/models/price:predict' },
    production: { url: 'http://production/base', timeoutMs: 1500 },
    session: { header: 'x-session', ordered: true, idleMs: 30_000, maxWaiting: 100 },
    sampling: { rate: 0.25, salt: 'shared' },
    windowMs: 5000,
    shadows: [{ retry: { attempts: 1, pauseMs: 100, delaysMs: [] } }],
    comparison: { kind: 'number', value: '/price', absoluteTolerance: 0, relativeTolerance: 0.01 },
    segments: [
      { name: 'b/c~d', margin: 0.5 },
      { name: 'y', margin: 0.92 },
    ],
  });
});

test('kinds of topics may have a retention of their own', () => {
  const yaml = minimalWith(
    "9092']",
    "9092'], retention: 2d, retentionOf: { requests: 12h, divergence: 365d }",
  );
  const { retentionMs, retentionOfMs } = parse(yaml).kafka;
  assert.equal(retentionMs, 172_800_000);
  assert.deepEqual(retentionOfMs, { requests: 43_200_000, divergence: 31_536_000_000 });
});

test('headers that are always redacted are named once', () => {
  const text = minimalWith(
    'comparison:',
    'redact: { headers: [X-Secret, Cookie], body: [/name] }\n    comparison:',
  );
  assert.deepEqual(parse(text).experiments[0]?.redact, { headers: [...always, 'x-secret'], body: ['/name'] });
});

test('the margin of a segment is never below 0 and free of rounding dust', () => {
  const marginFor = (margin: number): number | undefined => {
    const addition = `segments: [{ field: /a, values: [x] }]\n    verdict: { agreement: { margin: ${margin} } }`;
    return parse(minimalWith('comparison:', `${addition}\n    comparison:`)).experiments[0]?.segments[0]
      ?.margin;
  };
  assert.deepEqual([0.95, 0.9, 0.03].map(marginFor), [0.9, 0.85, 0]);
});

test('secrets come from the environment', () => {
  const yaml = minimalWith(
    "8081' }",
    "8081', auth: { username: us, password: { env: REGISTRY_PASSWORD } } }",
  );
  const { auth } = parse(yaml, { REGISTRY_PASSWORD: 'hunter2' }).registry;
  assert.equal(auth?.username, 'us');
  assert.equal(auth?.password.reveal(), 'hunter2');
});

test("TLS files are found beside the configuration's file", (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-config-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ca.pem'), 'a certificate');
  const file = join(folder, 'understudy.yaml');
  writeFileSync(file, minimalWith("9092'] }", "9092'], ssl: { ca: ca.pem } }"));
  assert.deepEqual(loadConfig({ file, env: {} }).kafka.ssl, { ca: join(folder, 'ca.pem') });
  assert.equal(
    parseConfig({ text: minimalWith("9092'] }", "9092'], ssl: true }"), file, env: {} }).kafka.ssl,
    true,
  );
});

test('an anchor may be used again', () => {
  const yaml = minimalWith("{ url: 'http://127.0.0.1:9001' }", "&service { url: 'http://127.0.0.1:9001' }");
  assert.equal(
    parse(`${yaml}  - name: second
    route: { path: /second }
    production: *service
    shadows: [{ name: a, url: http://a }]
    comparison: { kind: json, ignore: [/items/*/id] }
`).experiments[1]?.production.url,
    'http://127.0.0.1:9001',
  );
});

test('the console’s store lies beside the config, where it says, or nowhere', () => {
  const pathOf = (store: string): string =>
    parseConfig({
      text: `${minimalYaml}console: { store: ${store} }\n`,
      file: 'ours/understudy.yaml',
      env: {},
    }).console.store.path;
  assert.equal(pathOf('{}'), resolve('ours/.understudy/console.duckdb'));
  assert.equal(pathOf('{ path: kept/pairs.duckdb }'), resolve('ours/kept/pairs.duckdb'));
  assert.equal(pathOf('{ path: memory }'), 'memory');
  assert.throws(() => pathOf("{ path: '' }"), /the path of a file, or memory/);
});
