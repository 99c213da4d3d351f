import { formatPath, type Path } from './path.ts';
import { type ConfigSource, type ReadConfig, readConfig } from './read-config.ts';
import { Secret } from './secret.ts';
import { formatDurations, formatSize } from './units.ts';

/** One effective value, as it would be written, and where it came from. */
interface Setting {
  readonly path: string;
  readonly value: string;
  /** `understudy.yaml:12`, `default`, `environment NAME`, or who else gave it. */
  readonly origin: string;
}

/**
 * The effective configuration, one value a line: path, value, origin. Secrets show as `[secret NAME]`. `giverOf` says
 * who gave the value of a variable, where it was not the environment.
 *
 * @throws ConfigError as `parseConfig`
 */
export function explainConfig(
  source: ConfigSource,
  giverOf: GiverOf = (name) => `environment ${name}`,
): string {
  const { config, ...read } = readConfig(source);
  const origins = { ...read, giverOf };
  const settings = settingsOf(config, [], origins);
  const pathWidth = widest(settings.map(({ path }) => path));
  const valueWidth = widest(settings.map(({ value }) => value));
  return settings
    .map(({ path, value, origin }) => `${path.padEnd(pathWidth)}  ${value.padEnd(valueWidth)}  ${origin}\n`)
    .join('');
}

type GiverOf = (variable: string) => string;

interface Origins extends Omit<ReadConfig, 'config'> {
  readonly giverOf: GiverOf;
}

/** Walks the compiled values; the names of the file are theirs without the unit that compiling added. */
function settingsOf(value: unknown, path: Path, origins: Origins): Setting[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.flatMap((item, index) => settingsOf(item, [...path, index], origins));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Secret) {
    return [{ path: formatPath(path), value: format(value), origin: originOf(value, path, origins) }];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key.endsWith('Ms')) return settingsOf(formatDurations(inner), [...path, key.slice(0, -2)], origins);
    if (key.endsWith('Bytes')) return settingsOf(formatSize(Number(inner)), [...path, key], origins);
    return settingsOf(inner, [...path, key], origins);
  });
}

type Scalar = string | number | boolean | Secret;

function format(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return value === '' ? '""' : (value as Scalar).toString();
}

function originOf(value: unknown, path: Path, { yaml, variables, giverOf }: Origins): string {
  if (value instanceof Secret) return `environment ${value.name}`;
  const variable = variables.get(formatPath(path));
  if (variable !== undefined) return giverOf(variable);
  const line = yaml.lineOf(path);
  return line === null ? 'default' : `${yaml.file}:${line}`;
}

const maxColumnWidth = 60;

/** A longer value moves the rest of its own line only. */
function widest(column: readonly string[]): number {
  return Math.min(maxColumnWidth, Math.max(...column.map((text) => text.length)));
}
