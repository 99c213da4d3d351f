import { banned, bannedImport } from './banned.ts';
import { isCode, isTestCode, isWritten } from './files.ts';
import { againstDirection, type Direction, importedElsewhere, pastIndex, undeclared } from './layers.ts';
import { deadLinks } from './links.ts';
import { inexactVersions, withoutEntry } from './manifests.ts';
import { undocumentedSchemas } from './schemas.ts';
import { medianTooLong, tooLong } from './sizes.ts';
import type { Tree } from './tree.ts';
import type { Violation } from './violation.ts';

/** Something that holds for the whole project, why, and how it is checked. */
export interface Rule {
  readonly rule: string;
  readonly reason: string;
  readonly check: (tree: Tree) => Violation[];
}

const libraries = [
  'packages/domain',
  'packages/statistics',
  'packages/comparison',
  'packages/schemas-avro',
  'packages/config',
  'packages/telemetry',
  'packages/streams',
  'packages/client',
  'packages/service',
];

/** Who may import whom: what `docs/architecture.md` calls the direction of the rooms. */
const directions: readonly Direction[] = [
  {
    room: 'packages/domain',
    mayImport: [],
    reason: 'the words rest on nothing, so that everything can rest on them',
  },
  {
    room: 'packages/statistics',
    mayImport: [],
    reason: 'a formula is checked against a book, not against this system',
  },
  {
    room: 'packages/comparison',
    mayImport: ['packages/domain', 'packages/statistics'],
    reason: 'comparing is pure: the same answers compare the same wherever they came from',
  },
  {
    room: 'packages/schemas-avro',
    mayImport: ['packages/domain'],
    reason: 'records are made of the words; what is done with them is others’ concern',
  },
  {
    room: 'packages/config',
    mayImport: ['packages/domain', 'packages/comparison'],
    reason:
      'a config is read and explained without Kafka or a service at hand; kinds of comparison know their options',
  },
  {
    room: 'packages/telemetry',
    mayImport: [],
    reason: 'everything logs and counts, so logging and counting know no one',
  },
  {
    room: 'packages/streams',
    mayImport: ['packages/domain', 'packages/schemas-avro', 'packages/config', 'packages/telemetry'],
    reason: 'tasks and transactions serve any records; what is computed from them belongs to the services',
  },
  {
    room: 'packages/client',
    mayImport: [
      'packages/domain',
      'packages/schemas-avro',
      'packages/config',
      'packages/telemetry',
      'packages/streams',
    ],
    reason: 'exchanges are recorded the same way in the gateway and in anybody’s service; it knows neither',
  },
  {
    room: 'packages/service',
    mayImport: ['packages/config', 'packages/telemetry', 'packages/streams'],
    reason: 'what every service’s main shares knows no single service',
  },
  {
    room: 'services/*',
    mayImport: libraries,
    reason: 'services meet in topics only, so that each can be replaced, restarted and scaled alone',
  },
  {
    room: 'packages/cli',
    mayImport: [...libraries, 'infra/local', 'examples/mortgage'],
    reason:
      'the command starts services as processes, as a cluster does; of an example it takes the data to send',
  },
  {
    room: 'infra/local',
    mayImport: [],
    reason: 'a Kafka on this machine is of use before anything of ours works',
  },
  {
    room: 'examples/*',
    mayImport: [],
    reason: 'an example stands for a user’s model server, which knows nothing of Understudy',
  },
];

const mayReadEnvironment = [
  'bin/',
  'infra/local/',
  'packages/cli/',
  'packages/config/',
  'packages/service/',
  'packages/telemetry/src/logger.ts',
];

const mayPrint = /^(?:bin\/|packages\/cli\/|examples\/[^/]+\/src\/server\.ts$)/;

/** Hosts of package registries; the character classes keep this line from naming one. */
const registryHosts =
  /\b(?:npm[j]s\.(?:org|com)|yarn[p]kg\.com|repo[1]\.|repo\.mav[e]n|mav[e]n\.org|sonat[y]pe\.|py[p]i\.org|python[h]osted\.)/g;

const sleep =
  /new Promise(?:<[^>]*>)?\(\s*\(?(\w+)[^)=]*\)?\s*=>\s*\{?\s*(?:\w+\s+\w+\s*=\s*)?setTimeout\(\s*(?:\1\b|\(\)\s*=>\s*\{?\s*\1\()/g;

const isWaitFor = (path: string): boolean => path.endsWith('/wait-for.ts');
const isHandWritten = (path: string): boolean => isWritten(path) && !path.endsWith('.md');
const testsButWaitFor = (path: string): boolean => isTestCode(path) && !isWaitFor(path);

/** Every rule that `npm test` holds the project to. To change one, change its reason first. */
export const rules: readonly Rule[] = [
  {
    rule: 'imports follow the direction of the rooms',
    reason: 'a room can be read, tested and replaced knowing only the rooms below it',
    check: (tree) => againstDirection(tree, directions),
  },
  {
    rule: 'a package declares what it imports',
    reason: 'hoisting hides a missing dependency here and breaks it elsewhere',
    check: undeclared,
  },
  {
    rule: 'only packages/streams imports the Kafka and registry clients',
    reason:
      'the clients lose and double records in ways that its guards stop; nobody may go round the guards',
    check: (tree) =>
      importedElsewhere(tree, ['kafkajs', '@kafkajs/confluent-schema-registry'], 'packages/streams'),
  },
  {
    rule: 'nobody imports past a package’s index',
    reason:
      'what a package’s exports don’t name may change without asking; relative imports stay in their room',
    check: pastIndex,
  },
  {
    rule: 'a file has at most 500 lines',
    reason: 'a longer file holds more than one concept',
    check: (tree) => tooLong(tree, 500),
  },
  {
    rule: 'half of the files have at most 100 lines',
    reason: 'a file is read in one go when it fits on two screens',
    check: (tree) => medianTooLong(tree, 100),
  },
  {
    rule: 'no marks of unfinished work',
    reason: 'what is left to do is an issue, where somebody looks',
    check: (tree) => banned(tree, { pattern: /\b(?:TO[D]O|FIX[M]E|X{3})\b/g, covers: isHandWritten }),
  },
  {
    rule: 'no marks of a conflict between two versions',
    reason: 'a page with both versions is neither, and a formatter makes quotes and tables of the marks',
    check: (tree) => banned(tree, { pattern: /^(?:<{7} |>{7} |(?:> ){7}|\| ={7} )/gm, covers: isWritten }),
  },
  {
    rule: 'tests wait for a condition, never for a time',
    reason:
      'a sleep is too short on a slow machine and too long on every other; use waitFor (test/support/wait-for.ts)',
    check: (tree) => [
      ...banned(tree, { pattern: sleep, covers: testsButWaitFor }),
      ...bannedImport(tree, 'node:timers/promises', testsButWaitFor),
    ],
  },
  {
    rule: 'no test is singled out or left out',
    reason: 'a green run must mean that everything ran',
    check: (tree) =>
      banned(tree, {
        pattern: /\.(?:only|skip|todo)\(|\b(?:only|skip|todo): true\b/g,
        covers: isTestCode,
        commentsMay: true,
      }),
  },
  {
    rule: 'only commands print',
    reason: 'a service’s standard output is data or nothing; use the logger of @understudy/telemetry',
    check: (tree) =>
      banned(tree, {
        pattern: /\bconsole\.\w+\(/g,
        // Tests hold scripts for processes that they start; what they print themselves, the linter sees.
        covers: (path) => isCode(path) && !isTestCode(path) && !mayPrint.test(path),
        commentsMay: true,
      }),
  },
  {
    rule: 'the environment is read in few places',
    reason: 'what a process depends on is in its config, where `understudy config explain` shows it',
    check: (tree) =>
      banned(tree, {
        pattern: /\bprocess\.env\b/g,
        covers: (path) =>
          isCode(path) && !isTestCode(path) && !mayReadEnvironment.some((place) => path.startsWith(place)),
        commentsMay: true,
      }),
  },
  {
    rule: 'no registry’s host is named',
    reason: 'npm and Maven know their registry, which behind a company’s mirror is another one',
    check: (tree) => banned(tree, { pattern: registryHosts, covers: () => true }),
  },
  {
    rule: 'no path of one machine',
    reason: 'it exists on one machine only; use a path relative to the file, or os.tmpdir()',
    check: (tree) =>
      banned(tree, {
        pattern: /(?<![\w.~})-])\/(?:work|root|home|Users|tmp)\/[\w.-]+/g,
        covers: isWritten,
      }),
  },
  {
    rule: 'links in pages lead somewhere',
    reason: 'a dead link tells the reader that nobody reads the page',
    check: deadLinks,
  },
  {
    rule: 'every schema is documented',
    reason: 'other teams read the topics with the schema as their only guide',
    check: undocumentedSchemas,
  },
  {
    rule: 'the lock file names no host',
    reason: 'npm ci then works from whatever registry a machine is set to',
    check: (tree) =>
      banned(tree, { pattern: /"resolved": "https?:/g, covers: (path) => path === 'package-lock.json' }),
  },
  {
    rule: 'every workspace has an index, a main or a server',
    reason: 'a reader begins there',
    check: withoutEntry,
  },
  {
    rule: 'every dependency is one exact version',
    reason: 'what was tested is what is installed',
    check: inexactVersions,
  },
];
