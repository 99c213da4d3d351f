/** Every rule is shown something that breaks it, with the places it must name, and something that keeps it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rules } from './rules.ts';
import { type Tree, treeOf } from './tree.ts';

/** `¦` is taken out: with it, what a fixture shows is not found in this file itself. */
type Files = Readonly<Record<string, string | readonly string[]>>;

interface Fixture {
  readonly breaks: Files;
  /** `file:line` of every violation. */
  readonly at: readonly string[];
  readonly keeps: Files;
}

const manifest = (name: string, fields: object = {}): string => JSON.stringify({ name, ...fields }, null, 2);
const needs = (...names: string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [name, '0.1.0'])),
});
const packages: Files = {
  'package.json': manifest('understudy', { devDependencies: { 'fast-check': '4.0.0' } }),
  'packages/domain/package.json': manifest('@understudy/domain'),
  'packages/streams/package.json': manifest('@understudy/streams', {
    exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' },
    ...needs('@understudy/domain', 'kafkajs'),
  }),
  'services/gateway/package.json': manifest('@understudy/gateway', needs('@understudy/streams')),
};

const fixtures: Readonly<Record<string, Fixture>> = {
  'imports follow the direction of the rooms': {
    breaks: {
      ...packages,
      'packages/stray/package.json': manifest('@understudy/stray'),
      'packages/domain/src/a.ts': ['', 'import {', '  b,', "} from '@understudy/streams';"],
      'packages/streams/src/a.ts': "export * from '@understudy/gateway';",
      'services/gateway/src/a.ts': "const b = await im¦port('@understudy/stray');",
    },
    at: [
      'packages/domain/src/a.ts:4',
      'packages/stray/package.json:1',
      'packages/streams/src/a.ts:1',
      'services/gateway/src/a.ts:1',
    ],
    keeps: {
      ...packages,
      'services/gateway/src/a.ts': "import type { A } from '@understudy/streams';",
      'packages/domain/src/a.ts': " *     import { b } from '@understudy/streams';",
      'packages/domain/src/a.test.ts': "import '@understudy/streams';",
    },
  },
  'a package declares what it imports': {
    breaks: {
      ...packages,
      'packages/domain/src/a.ts': "import fc from 'fast-check';\nimport y from 'yaml/util.js';",
      'services/gateway/src/a.ts': "import type { Lane } from '@understudy/domain';",
    },
    at: ['packages/domain/src/a.ts:1', 'packages/domain/src/a.ts:2', 'services/gateway/src/a.ts:1'],
    keeps: {
      ...packages,
      'packages/domain/src/a.ts': "import { hash } from 'node:crypto';\nimport './b.ts';",
      'packages/domain/src/a.test.ts': "import fc from 'fast-check';",
      'test/a.test.ts': "import { Lane } from '@understudy/domain';",
      'packages/client/package.json': manifest('@understudy/client', {
        peerDependencies: { fastify: '5.0.0' },
      }),
      'packages/client/src/a.ts': "import type { FastifyRequest } from 'fastify';",
    },
  },
  'only packages/streams imports the Kafka and registry clients': {
    breaks: {
      'services/gateway/src/a.ts': "import kafkajs from 'kafkajs';",
      'packages/cli/src/a.ts': "re¦quire('@kafkajs/confluent-schema-registry/dist/x.js');",
    },
    at: ['packages/cli/src/a.ts:1', 'services/gateway/src/a.ts:1'],
    keeps: {
      'packages/streams/src/a.ts': "import kafkajs from 'kafkajs';",
      'test/a.ts': "import kafkajs from 'kafkajs';",
    },
  },
  'nobody imports past a package’s index': {
    breaks: {
      ...packages,
      'services/gateway/src/a.ts': [
        "import { a } from '@understudy/streams/src/a.ts';",
        "import { b } from '../../../packages/domain/src/b.ts';",
      ],
      'services/gateway/src/c.ts': "import { a } from '../../../test/support/wait-for.ts';",
      'bin/a.js': "import { a } from '../packages/domain/src/a.ts';",
    },
    at: [
      'bin/a.js:1',
      'services/gateway/src/a.ts:1',
      'services/gateway/src/a.ts:2',
      'services/gateway/src/c.ts:1',
    ],
    keeps: {
      ...packages,
      'bin/a.js': "import { a } from '../packages/domain/src/a.js';",
      'services/gateway/src/a.ts':
        "import { a } from './deeper/a.ts';\nimport { b } from '@understudy/streams';",
      'services/gateway/src/deeper/a.test.ts':
        "import '../a.ts';\nimport { a } from '../../../../test/support/wait-for.ts';",
    },
  },
  'a file has at most 500 lines': {
    breaks: { 'a/b.ts': 'x;\n'.repeat(501) },
    at: ['a/b.ts:501'],
    keeps: { 'a/b.ts': 'x;\n'.repeat(500), 'a/c.generated.ts': 'x;\n'.repeat(501) },
  },
  'half of the files have at most 100 lines': {
    breaks: { 'a.ts': 'x;\n', 'b.ts': 'x;\n'.repeat(101), 'c.ts': 'x;\n'.repeat(102) },
    at: ['a.ts:1', 'b.ts:1', 'c.ts:1'],
    keeps: { 'a.ts': 'x;\n', 'b.ts': 'x;\n'.repeat(100), 'c.ts': 'x;\n'.repeat(300) },
  },
  'no marks of unfinished work': {
    breaks: { 'a.ts': 'x;\n// TO¦DO: y', '.ci/run': '# FIX¦ME', 'b.yaml': 'a: XX¦X' },
    at: ['.ci/run:1', 'a.ts:2', 'b.yaml:1'],
    keeps: { 'a.ts': 'const xxx = TO¦DOS;' },
  },
  'no marks of a conflict between two versions': {
    breaks: {
      'a.md': '<<¦<<<<< HEAD\n\na',
      'b.md': '> > ¦> > > > > abc (A commit)',
      'c.md': '| ====¦=== |   |',
      'd.ts': 'x;\n>>¦>>>>> abc',
    },
    at: ['a.md:1', 'b.md:1', 'c.md:1', 'd.ts:2'],
    keeps: { 'a.md': 'A heading\n=======\n\n> > a quote of a quote' },
  },
  'tests wait for a condition, never for a time': {
    breaks: {
      'a.test.ts': 'await new Pro¦mise((resolve) => setTimeout(resolve, 100));',
      'test/b.ts': [
        'const nap = () =>',
        '  new Pro¦mise<void>((done) => {',
        '    setTimeout(() => done(), 5);',
        '  });',
      ],
      'test/c.ts': "import { setTimeout } from 'node:timers/promises';",
    },
    at: ['a.test.ts:1', 'test/b.ts:2', 'test/c.ts:1'],
    keeps: {
      'a/test/wait-for.ts': 'await new Pro¦mise((resolve) => setTimeout(resolve, 100));',
      'a.test.ts':
        'new Pro¦mise((resolve, reject) => { const limit = setTimeout(() => reject(new Error()), 9); })',
      'a.ts': 'await new Pro¦mise((resolve) => setTimeout(resolve, 100));',
    },
  },
  'no test is singled out or left out': {
    breaks: { 'a.test.ts': ["test.on¦ly('a', f);", "test('b', { sk¦ip: true }, f);", "it.to¦do('c');"] },
    at: ['a.test.ts:1', 'a.test.ts:2', 'a.test.ts:3'],
    keeps: { 'a.test.ts': '// not .sk¦ip(\ncursor.skipTo(3);', 'a.ts': 'rows.sk¦ip(3);' },
  },
  'only commands print': {
    breaks: {
      'services/gateway/src/a.ts': 'x;\n\ncon¦sole.log(1);',
      'examples/a/src/model.ts': 'con¦sole.error(1);',
    },
    at: ['examples/a/src/model.ts:1', 'services/gateway/src/a.ts:3'],
    keeps: {
      'bin/a.js': 'con¦sole.log(1);',
      'packages/cli/src/a.ts': 'con¦sole.log(1);',
      'examples/a/src/server.ts': 'con¦sole.log(1);',
      'services/gateway/src/a.test.ts': 'const script = "con¦sole.log(1)";',
      'services/gateway/src/a.ts': '/**\n * con¦sole.log(1);\n */',
    },
  },
  'the environment is read in few places': {
    breaks: { 'services/gateway/src/a.ts': 'const { HOME } = process.e¦nv;' },
    at: ['services/gateway/src/a.ts:1'],
    keeps: {
      'packages/config/src/a.ts': 'process.e¦nv;',
      'services/gateway/src/a.test.ts': 'process.e¦nv;',
      'services/gateway/src/a.ts': '  // process.e¦nv is read by the config',
    },
  },
  'no registry’s host is named': {
    breaks: {
      'docs/a.md': 'See www.np¦mjs.com/package/x.',
      'infra/a.xml': ['<a/>', '<url>https://repo¦1.host/m2</url>'],
    },
    at: ['docs/a.md:1', 'infra/a.xml:2'],
    keeps: {
      'infra/pom.xml': 'xmlns="http://maven.apache.org/POM/4.0.0"',
      'a.md': 'kafkajs, repository, npm',
    },
  },
  'no path of one machine': {
    breaks: {
      'a.ts': "x;\nconst a = '/ho¦me/jo/a';",
      '.ci/run': 'cd /t¦mp/build',
      'b.md': 'In `/Us¦ers/jo`.',
    },
    at: ['.ci/run:1', 'a.ts:2', 'b.md:1'],
    keeps: { 'a.md': 'https://host/home/page, a/work/b, ~/work/x and /etc/hosts' },
  },
  'links in pages lead somewhere': {
    breaks: {
      'README.md': [
        '[a](docs/gone.md)',
        '[b](docs/a.md#gone)',
        '[![c](gone.svg)](docs)',
        '[d]: gone.md',
        '[e](#gone)',
      ],
      'docs/a.md': '[up](../gone/)',
    },
    at: ['README.md:1', 'README.md:2', 'README.md:3', 'README.md:4', 'README.md:5', 'docs/a.md:1'],
    keeps: {
      'README.md': [
        '# The `log` is, a clock!',
        '[a](docs/a.md#two-words-1) [b](#the-log-is-a-clock) [c](docs/)',
        '[d](https://example.com/x#y)',
        '```',
        '[e](gone)',
        '```',
        '`[f](gone)`',
      ],
      'docs/a.md': [
        '## Two words',
        '## Two words',
        '[up](/README.md) <a id="there"></a> [there](#there) [root](..)',
      ],
    },
  },
  'every schema is documented': {
    breaks: {
      'schemas/a.avsc': '{ "type": "record", "doc": " " }',
      'schemas/b.avsc': '{ "type": "record", "doc": "B." }',
      'docs/topics.md': 'a.avsc',
    },
    at: ['schemas/a.avsc:1', 'schemas/b.avsc:1'],
    keeps: { 'schemas/a.avsc': '{ "type": "record", "doc": "A." }' },
  },
  'the lock file names no host': {
    breaks: { 'package-lock.json': '{\n  "resol¦ved": "https://host/a.tgz"\n}' },
    at: ['package-lock.json:2'],
    keeps: { 'package-lock.json': '{ "resol¦ved": "packages/domain" }' },
  },
  'every workspace has an index, a main or a server': {
    breaks: {
      'a/package.json': '{ "name": "a",\n  "exports": "./src/index.ts" }',
      'b/package.json': '{ "name": "b" }',
    },
    at: ['a/package.json:2', 'b/package.json:1'],
    keeps: { 'package.json': '{ "name": "r" }', 'a/package.json': '{ "name": "a" }', 'a/src/main.ts': 'x;' },
  },
  'every dependency is one exact version': {
    breaks: {
      'package.json':
        '{ "name": "r",\n "dependencies": {\n  "a": "^1.2.3",\n  "b": "1.2.3",\n  "c": "latest" } }',
    },
    at: ['package.json:3', 'package.json:5'],
    keeps: { 'package.json': '{ "name": "r", "devDependencies": { "a": "1.2.3", "b": "2.0.0-rc.1" } }' },
  },
};

test('every rule has a fixture, and every fixture a rule', () => {
  assert.deepEqual(
    Object.keys(fixtures),
    rules.map(({ rule }) => rule),
  );
});

for (const { rule, check } of rules) {
  test(`rule: ${rule}`, () => {
    const fixture = fixtures[rule];
    assert.ok(fixture);
    const places = check(tree(fixture.breaks)).map(({ file, line }) => `${file}:${line}`);
    assert.deepEqual(places.sort(), fixture.at);
    assert.deepEqual(check(tree(fixture.keeps)), []);
  });
}

function tree(files: Files): Tree {
  return treeOf(
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, [text].flat().join('\n').replaceAll('¦', '')]),
    ),
  );
}
