import { canonicalJson } from './canonical-json.ts';
import { type ExperimentConfig } from './experiment.ts';
import { experimentAsWritten } from './experiment-text.ts';

/**
 * From when a part of an experiment holds, and where. `judges`: by the log's time of a request, from the boundary at
 * which its revision takes effect. `acts`: at once, where shadows are called. `gateway`: in a gateway that is started
 * with it, for it answers without asking Kafka anything. `console`: in a console when it is started with it.
 */
export type ExperimentPart = 'judges' | 'acts' | 'gateway' | 'console';

/** One setting that two versions of an experiment have differently. */
export interface ExperimentChange {
  /** `shadows.boosted.timeout`: parts of a list that have names go by them. */
  readonly path: string;
  readonly part: ExperimentPart;
  /** As it would be written; null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

const gatewayParts: ReadonlySet<string> = new Set(['route', 'production', 'redact']);

/** What differs, in the order of the settings; settings are told apart as far as they can be changed alone. */
export function experimentChanges(
  before: ExperimentConfig,
  after: ExperimentConfig,
): readonly ExperimentChange[] {
  const [was, is] = [before, after].map((each) => new Map(settingsOf(experimentAsWritten(each), [])));
  if (was === undefined || is === undefined) return [];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const change = { path, part: partOf(path), before: was.get(path) ?? null, after: is.get(path) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

/** Production's timeout says how long its responses are waited for; a session's header is what a gateway reads. */
function partOf(path: string): ExperimentPart {
  const [section = ''] = path.split('.');
  if (path === 'session.header') return 'gateway';
  if (section === 'shadows' || section === 'session') return 'acts';
  if (section === 'labels') return 'console';
  return gatewayParts.has(section) && path !== 'production.timeout' ? 'gateway' : 'judges';
}

function settingsOf(value: unknown, path: readonly string[]): readonly (readonly [string, string])[] {
  if (Array.isArray(value) && value.some(hasName)) {
    return value.flatMap((item: unknown, index) =>
      settingsOf(item, [...path, hasName(item) ? item.name : String(index)]),
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[path.join('.'), typeof value === 'string' ? value : canonicalJson(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => settingsOf(inner, [...path, key]));
}

function hasName(item: unknown): item is { readonly name: string } {
  return typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string';
}
