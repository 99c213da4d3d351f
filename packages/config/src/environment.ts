import { at, formatPath, type Path } from './path.ts';

/** Variables that name Kafka (`host:port,host:port`) and the registry where the file does not. */
export const addressVariables = {
  kafka: 'UNDERSTUDY_KAFKA_BROKERS',
  registry: 'UNDERSTUDY_REGISTRY_URL',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

interface EnvironmentSetting {
  readonly section: keyof typeof addressVariables;
  readonly key: string;
  readonly read: (text: string) => unknown;
}

/** The only settings that the environment may give: one file then serves machines with other addresses. */
const settings: readonly EnvironmentSetting[] = [
  { section: 'kafka', key: 'brokers', read: (text) => text.split(',') },
  { section: 'registry', key: 'url', read: (text) => text },
];

/** A file's values, completed from the environment. What the file says stands. */
export interface CompletedValues {
  readonly value: unknown;
  /** The variable of each value that was taken from the environment, by the value's path. */
  readonly variables: ReadonlyMap<string, string>;
}

export function completeFrom(env: Environment, given: unknown): CompletedValues {
  const variables = new Map<string, string>();
  let value = given;
  for (const { section, key, read } of settings) {
    const variable = addressVariables[section];
    const text = env[variable];
    if (text === undefined || text === '' || !isAbsent(value, section, key)) continue;
    value = { ...(value as object), [section]: { ...(at(value, section) as object), [key]: read(text) } };
    variables.set(formatPath([section, key]), variable);
  }
  return { value, variables };
}

/** Which sections have their address neither in the file nor in the environment. */
export function withoutAddress(env: Environment, given: unknown): (keyof typeof addressVariables)[] {
  const { value } = completeFrom(env, given);
  return settings.filter(({ section, key }) => isAbsent(value, section, key)).map(({ section }) => section);
}

/** The variable that may hold the value at a path; null for all but the addresses. */
export function variableFor(path: Path): string | null {
  const found = settings.find(({ section, key }) => path[0] === section && path[1] === key);
  return found === undefined || path.length > 2 ? null : addressVariables[found.section];
}

/** A section of the wrong kind is not completed: that it is wrong is reported. */
function isAbsent(value: unknown, section: string, key: string): boolean {
  const inner = at(value, section);
  return isMapping(value) && (inner === undefined || isMapping(inner)) && at(inner, key) === undefined;
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
