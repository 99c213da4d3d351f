import { canonicalJson } from './canonical-json.ts';
import { type ExperimentConfig, experimentSection } from './experiment.ts';
import { formatDurations, formatSize } from './units.ts';

/**
 * An experiment as one line of canonical JSON: as `understudy.yaml` would have it with every default written out, so
 * that it means the same to a version with other defaults. Equal experiments have equal text.
 */
export function experimentText(experiment: ExperimentConfig): string {
  return canonicalJson(experimentAsWritten(experiment));
}

/** The same as plain data: names and units are those of the file. */
export function experimentAsWritten({ session, ...experiment }: ExperimentConfig): unknown {
  return asWritten({ ...experiment, ...(session && { session }) });
}

/** The experiment that a text of {@link experimentText} holds; null: it is none that this version knows. */
export function parseExperiment(text: string): ExperimentConfig | null {
  try {
    return experimentSection.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Names lose the unit that compiling added, values get it back. */
function asWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key.endsWith('Ms')) return [key.slice(0, -2), formatDurations(inner)];
      return [key, key.endsWith('Bytes') ? formatSize(Number(inner)) : asWritten(inner)];
    }),
  );
}
