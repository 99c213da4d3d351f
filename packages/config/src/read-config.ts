import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { nearest } from '@understudy/domain';
import type { z } from 'zod';
import { type Config, configSection } from './config.ts';
import { ConfigError, type Problem } from './config-error.ts';
import { findConflicts } from './consistency.ts';
import { completeFrom, type CompletedValues, variableFor, withoutAddress } from './environment.ts';
import { secretIssue } from './fields.ts';
import { at, formatPath, type Path } from './path.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

/** A configuration file and what it may refer to. */
export interface ConfigSource {
  /** The YAML text. */
  readonly text: string;
  /** The file's path: named in errors, and relative paths in the file start at its folder. */
  readonly file: string;
  /** Where secrets come from, and addresses that the file leaves out; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration together with the file that it was read from. */
export interface ReadConfig {
  readonly config: Config;
  readonly yaml: YamlSource;
  /** The variable of each value that the environment gave, by the value's path. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Reads a file's text. @throws ConfigError if the file can't be read */
export function readConfigSource({ file, env }: Omit<ConfigSource, 'text'>): ConfigSource {
  try {
    return { text: readFileSync(file, 'utf8'), file, env };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const found = reason === 'ENOENT' ? 'no such file' : `a file that can't be read (${reason})`;
    const allowed = 'the path of a configuration file';
    throw new ConfigError([{ file, position: null, path: '', found, allowed, suggestion: null }]);
  }
}

/** Validates a configuration, fills in defaults and compiles values. @throws ConfigError with all problems */
export function readConfig({ text, file, env }: ConfigSource): ReadConfig {
  const yaml = parseYaml(text, file);
  if (yaml.problems.length > 0) throw new ConfigError(yaml.problems);

  const given: Given = { yaml, ...completeFrom(env, yaml.value) };
  const result = configSection({ env, directory: dirname(file) }).safeParse(given.value);
  const problems = [
    ...(result.error?.issues ?? []).flatMap((issue) => problemsOf(issue, given)),
    ...findConflicts(yaml.value).map(({ path, found, allowed }) => {
      return problemAt(yaml, path, { found, allowed });
    }),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(inFileOrder(problems));
  return { config: result.data, yaml, variables: given.variables };
}

/**
 * Whether a configuration leaves out where Kafka or the registry is, in the file and the environment, for whoever can
 * start them. Everything else that may be wrong with it is not looked at.
 *
 * @throws ConfigError if it isn't YAML
 */
export function missingAddresses({ text, file, env }: ConfigSource): ReturnType<typeof withoutAddress> {
  const yaml = parseYaml(text, file);
  if (yaml.problems.length > 0) throw new ConfigError(yaml.problems);
  return withoutAddress(env, yaml.value);
}

/** What is validated, and the file behind it. */
interface Given extends CompletedValues {
  readonly yaml: YamlSource;
}

function problemsOf(issue: z.core.$ZodIssue, given: Given): Problem[] {
  const { yaml } = given;
  if (issue.code === 'unrecognized_keys') {
    // The message of a section for unknown keys is the list of the known ones.
    const known = issue.message.split(', ');
    return issue.keys.map((key) => {
      const details = {
        found: `unknown key "${key}"`,
        allowed: issue.message,
        suggestion: nearest(key, known),
      };
      return problemAt(yaml, [...issue.path, key], details);
    });
  }
  if (issue.code === 'invalid_union') {
    // The branch meant is the one that takes this kind of value and fails further inside.
    const meant = issue.errors.find((issues) => issues.every(failsInside));
    if (meant !== undefined) {
      return meant.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, given));
    }
  }
  const isSecret = issue.code === 'custom' && issue.params === secretIssue;
  const value = issue.path.reduce<unknown>(at, given.value);
  // A scalar in place of a whole section is shown by its kind only: it may be a connection string.
  const showsKindOnly = isSecret || isSectionExpected(issue);
  const found = showsKindOnly ? kindOf(value) : show(value);
  const variable = value === undefined ? variableFor(issue.path) : null;
  const elsewhere = variable === null ? '' : `, here or as ${variable} in the environment`;
  return [problemAt(yaml, issue.path, { found, allowed: issue.message + elsewhere })];
}

function failsInside({ path, code }: z.core.$ZodIssue): boolean {
  return path.length > 0 || code === 'unrecognized_keys' || code === 'custom';
}

function isSectionExpected(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.expected === 'object';
}

function problemAt(
  yaml: YamlSource,
  path: Path,
  details: { found: string; allowed: string; suggestion?: string | null },
): Problem {
  const { found, allowed, suggestion = null } = details;
  return {
    file: yaml.file,
    position: yaml.placeNear(path),
    path: formatPath(path),
    found,
    allowed,
    suggestion,
  };
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

const maxShownLength = 60;

/** A value as it may be printed: cut, and without the user and password that an address may hold. */
function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return kindOf(value);
  const harmless = value.replace(/^.*@/s, '…@').replace(/\?.*$/s, '?…');
  return JSON.stringify(
    harmless.length > maxShownLength ? `${harmless.slice(0, maxShownLength)}…` : harmless,
  );
}

/** By place; of several at one place and path, the first. */
function inFileOrder(problems: readonly Problem[]): Problem[] {
  const byPath = new Map<string, Problem>();
  for (const problem of problems) if (!byPath.has(problem.path)) byPath.set(problem.path, problem);
  const place = ({ position }: Problem): number => (position?.line ?? 0) * 1e6 + (position?.column ?? 0);
  return [...byPath.values()].toSorted((a, b) => place(a) - place(b));
}
