import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonKinds } from '@understudy/comparison';
import { minimalWith, minimalYaml, onlyProblem, parse, problemsIn } from '../test/minimal.ts';
import { ConfigError, loadConfig } from './index.ts';

test('everything wrong is told at once, in the order of the file, with place, path, what was found and what is allowed', () => {
  const text = `kafka:
  brokers: [localhost]
  retenton: 5d
registry: {}
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: ftp://model }
    window: 5
    shadows:
      - { name: boosted, url: http://shadow, timeout: 20m }
      - { name: boosted, url: http://shadow }
    comparison: { kind: klass }
`;
  assert.throws(
    () => parse(text),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.message.split('\n'), [
        'understudy.yaml:2:13 kafka.brokers[0]: found "localhost"; allowed: host:port, such as broker-1.internal:9092',
        'understudy.yaml:3:3 kafka.retenton: found unknown key "retenton"; did you mean "retention"?; allowed: brokers, prefix, partitions, replicationFactor, retention, retentionOf, format, requestTimeout, sessionTimeout, ssl, sasl',
        'understudy.yaml:4:1 registry.url: found nothing; allowed: an http:// or https:// address without user, password, query and fragment, here or as UNDERSTUDY_REGISTRY_URL in the environment',
        'understudy.yaml:8:19 experiments[0].production.url: found "ftp://model"; allowed: an http:// or https:// address without user, password, query and fragment',
        'understudy.yaml:9:5 experiments[0].window: found 5; allowed: a duration with its unit, such as 500ms, 5s, 10m or 7d, from 1s to 1m',
        'understudy.yaml:11:46 experiments[0].shadows[0].timeout: found "20m"; allowed: a duration with its unit, such as 500ms, 5s, 10m or 7d, from 1ms to 10m',
        'understudy.yaml:12:11 experiments[0].shadows[1].name: found "boosted", as in experiments[0].shadows[0]; allowed: a name that no other shadow of the experiment has',
        `understudy.yaml:13:19 experiments[0].comparison.kind: found "klass"; allowed: a comparison whose kind is one of ${comparisonKinds.join(', ')}`,
      ]);
      return true;
    },
  );
});

test('a file that is missing, empty or not YAML', () => {
  assert.throws(
    () => loadConfig({ file: 'no-such.yaml', env: {} }),
    /^ConfigError: no-such\.yaml found no such file/,
  );
  assert.match(onlyProblem('').allowed, /^a mapping of kafka, registry/);
  assert.partialDeepStrictEqual(onlyProblem('a: 1\nb: [1'), { position: { line: 2, column: 6 } });
  assert.match(onlyProblem('a: 1\na: 2').found, /keys must be unique/);
  assert.match(onlyProblem('a: *nowhere').found, /alias/);
  assert.match(onlyProblem('a: !include other.yaml').found, /Unresolved tag/);
  assert.match(onlyProblem('a: 1\n---\nb: 2').found, /multiple documents/);
});

test('aliases that would fill the memory are refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join()}]`,
  );
  assert.match(onlyProblem(['l0: &l0 [x]', ...levels].join('\n')).found, /huge/);
});

/** A piece of the minimal configuration, its replacement, the path of the problem, what was found. */
const refused: readonly (readonly [
  piece: string,
  replacement: string,
  path: string,
  found: RegExp | string,
])[] = [
  ["['127.0.0.1:9092']", '[]', 'kafka.brokers', 'an empty list'],
  ["['127.0.0.1:9092']", 'a:99999', 'kafka.brokers', '"a:99999"'],
  ["['127.0.0.1:9092']", '[a:99999]', 'kafka.brokers[0]', '"a:99999"'],
  ["9092'] }", "9092'], prefix: 'a b' }", 'kafka.prefix', '"a b"'],
  ["9092'] }", "9092'], retention: 20m }", 'kafka.retention', '"20m"'],
  ["9092'] }", "9092'], partitions: 2.5 }", 'kafka.partitions', '2.5'],
  ["9092'] }", "9092'], ssl: yes }", 'kafka.ssl', '"yes"'],
  ["9092'] }", "9092'], ssl: { ca: absent.pem } }", 'kafka.ssl.ca', '"absent.pem"'],
  ["9092'] }", "9092'], ssl: { caa: absent.pem } }", 'kafka.ssl.caa', 'unknown key "caa"'],
  ["9092'] }", "9092'], ssl: { cert: package.json } }", 'kafka.ssl', 'a mapping'],
  ['name: mortgage', 'name: Mortgage', 'experiments[0].name', '"Mortgage"'],
  ['name: mortgage', 'name: 12', 'experiments[0].name', '12'],
  ['/predict', '/predict/*', 'experiments[0].route.path', '"/predict/*"'],
  ['/predict', 'predict', 'experiments[0].route.path', '"predict"'],
  ['path: /predict', 'path: /predict, method: post', 'experiments[0].route.method', '"post"'],
  ['boosted, ', 'boosted, concurrency: 0, ', 'experiments[0].shadows[0].concurrency', '0'],
  ['boosted, ', 'boosted, maxOutstanding: 15, ', 'experiments[0].shadows[0].maxOutstanding', '15'],
  ['boosted, ', 'boosted, retry: { attempts: 6 }, ', 'experiments[0].shadows[0].retry.attempts', '6'],
  [
    'boosted, ',
    'boosted, retry: { delays: [1m] }, ',
    'experiments[0].shadows[0].retry.delays',
    /\["1m"\]|a list/,
  ],
  ['boosted, ', 'boosted, retry: { delays: [1m, 60s] }, ', 'experiments[0].shadows[0].retry.delays', /list/],
  [
    'boosted, ',
    'boosted, concurrency: 1, maxOutstanding: 2, ',
    'experiments[0].shadows[0].maxOutstanding',
    '2',
  ],
  ['label: /decision', 'label: decision', 'experiments[0].comparison.label', '"decision"'],
  ['label: /decision', "label: '$.a['", 'experiments[0].comparison.label', '"$.a["'],
  ['label: /decision', 'label: /de~2', 'experiments[0].comparison.label', '"/de~2"'],
  ['kind: class, label: /decision', 'kind: number', 'experiments[0].comparison.value', 'nothing'],
  ['/decision }', '/decision, scoreTolerance: 0.1 }', 'experiments[0].comparison.scoreTolerance', '0.1'],
  ['comparison:', 'sampling: { rate: 1.5 }\n    comparison:', 'experiments[0].sampling.rate', '1.5'],
  ['comparison:', 'window: 2m\n    comparison:', 'experiments[0].window', '"2m"'],
  ['comparison:', 'verdict: { confidence: 1 }\n    comparison:', 'experiments[0].verdict.confidence', '1'],
  ['comparison:', 'redact: { headers: [a b] }\n    comparison:', 'experiments[0].redact.headers[0]', '"a b"'],
  [
    'comparison:',
    'redact: { body: [/decision] }\n    comparison:',
    'experiments[0].comparison.label',
    /takes out/,
  ],
  ['comparison:', 'keep: { bodyBytes: 4096 }\n    comparison:', 'experiments[0].keep.bodyBytes', '4096'],
  ['experiments:', 'gateway: { port: 70000 }\nexperiments:', 'gateway.port', '70000'],
  ['experiments:', 'gateway: { captureBytes: 64MiB }\nexperiments:', 'gateway.captureBytes', '64MiB'],
  ['experiments:', 'invoker: { port: on }\nexperiments:', 'invoker.port', '"on"'],
  ['experiments:', 'consol: {}\nexperiments:', 'consol', 'unknown key "consol"'],
];

for (const [piece, replacement, path, found] of refused) {
  test(`refused: ${replacement.split('\n')[0] ?? ''}`, () => {
    const problem = onlyProblem(minimalWith(piece, replacement));
    assert.equal(problem.path, path);
    if (typeof found === 'string') assert.equal(problem.found, found);
    else assert.match(problem.found, found);
  });
}

test('a pause must end long before what it holds back is deleted', () => {
  const text = minimalWith('boosted, ', 'boosted, breaker: { maxPause: 1h }, ');
  for (const retention of [
    'retention: 2h',
    'retentionOf: { requests: 2h }',
    'retentionOf: { shadow-retries: 2h }',
  ]) {
    const { path, found } = onlyProblem(text.replace("9092'] }", `9092'], ${retention} }`));
    assert.deepEqual([path, found], ['experiments[0].shadows[0].breaker.maxPause', '1h']);
  }
});

test('segments must be told apart', () => {
  const segments = (...list: string[]): string =>
    minimalWith('comparison:', `segments: [${list.join(', ')}]\n    comparison:`);
  const paths = (text: string): string[] => problemsIn(text).map(({ path }) => path);
  assert.deepEqual(paths(segments('{ field: /x, values: [a] }', '{ field: /y/x, values: [a] }')), [
    'experiments[0].segments[1].field',
  ]);
  assert.deepEqual(paths(segments('{ field: /x, values: [a] }', '{ name: x, field: /y, values: [a] }')), [
    'experiments[0].segments[1].name',
  ]);
  assert.deepEqual(paths(segments('{ field: /x, values: [a, b, a, other, true] }')), [
    'experiments[0].segments[0].values[2]',
    'experiments[0].segments[0].values[3]',
    'experiments[0].segments[0].values[4]',
  ]);
});

test('experiments must be told apart by name and by route', () => {
  const second = (name: string, route: string): string => `${minimalYaml}  - name: ${name}
    route: { ${route} }
    production: { url: http://a }
    shadows: [{ name: boosted, url: http://a }]
    comparison: { kind: class, label: /decision }
`;
  assert.equal(onlyProblem(second('mortgage', 'path: /other')).path, 'experiments[1].name');
  assert.partialDeepStrictEqual(onlyProblem(second('other', 'path: /predict')), {
    path: 'experiments[1].route.path',
    found: '"POST /predict", as in experiments[0]',
  });
  assert.equal(parse(second('other', 'path: /predict, method: GET')).experiments.length, 2);
});

test('secrets are only references, and what may be one is never shown', () => {
  const auth = (value: string): string => minimalWith("8081' }", `8081', auth: ${value} }`);
  for (const value of [
    '{ username: us, password: hunter2 }',
    '{ username: us, password: { env: hunter2 } }',
    '{ username: us, password: { value: hunter2 } }',
    '{ username: us, password: [hunter2] }',
    '{ username: us, password: { env: A }, pasword: hunter2 }',
    'us:hunter2',
  ]) {
    const error = JSON.stringify(problemsIn(auth(value)));
    assert.doesNotMatch(error, /hunter2/, value);
    assert.match(error, /registry\.auth/);
  }
  for (const url of [
    'http://us:hunter2@registry',
    'http://us:hun@ter2@registry',
    'http://registry?key=hunter2',
  ]) {
    assert.doesNotMatch(onlyProblem(minimalWith("'http://127.0.0.1:8081'", `'${url}'`)).found, /hun|ter2/);
  }
  assert.doesNotMatch(JSON.stringify(problemsIn('password: hunter2: [')), /hunter2/);
});

test('a secret that is missing from the environment is named', () => {
  const text = minimalWith(
    "8081' }",
    "8081', auth: { username: us, password: { env: REGISTRY_PASSWORD } } }",
  );
  for (const env of [{}, { REGISTRY_PASSWORD: '' }]) {
    const problem = onlyProblem(text, env);
    assert.equal(problem.path, 'registry.auth.password');
    assert.match(problem.allowed, /REGISTRY_PASSWORD/);
  }
});

test('what is wrong behind an alias is shown where it is written', () => {
  const text = minimalYaml.replace("{ url: 'http://127.0.0.1:9001' }", '&service { url: nowhere }');
  const second = `${text}  - name: second
    route: { path: /second }
    production: *service
    shadows: [{ name: boosted, url: http://a }]
    comparison: { kind: class, label: /decision }
`;
  const lines = problemsIn(second).map(({ path, position }) => [path, position?.line]);
  assert.deepEqual(lines, [
    ['experiments[0].production.url', 7],
    ['experiments[1].production.url', 7],
  ]);
});

test('of two problems with one value, the one with the value itself is told', () => {
  const shadows = "{ name: Bad, url: 'http://a' }, { name: Bad, url: 'http://a' }";
  const problems = problemsIn(minimalYaml.replace(/shadows:\n.*\n/, `shadows: [${shadows}]\n`));
  assert.deepEqual(
    problems.map(({ path, found }) => [path, found]),
    [
      ['experiments[0].shadows[0].name', '"Bad"'],
      ['experiments[0].shadows[1].name', '"Bad"'],
    ],
  );
});

test('redacting a field leaves those whose names only begin alike', () => {
  parse(minimalWith('comparison:', 'redact: { body: [/dec, /decision/a] }\n    comparison:'));
});

test('a key named __proto__ is unknown like any other', () => {
  assert.equal(problemsIn(`${minimalYaml}__proto__: { a: 1 }\n`).length, 1);
});
