import { printable } from '../printable.ts';
import type { Guess, GuessedComparison } from './guess.ts';
import type { ModelRoute } from './model-route.ts';
import type { SuggestedSegment } from './suggest-segments.ts';

export interface ConfigTextOptions {
  /** Of the experiment. */
  readonly name: string;
  readonly method: string;
  readonly route: ModelRoute;
  /** How long the shadow took to answer the example. */
  readonly shadowLatencyMs: number;
  readonly guess: Guess;
  readonly segments: readonly SuggestedSegment[];
}

/** What the shadow is called in the config and on pages. */
const shadowName = 'candidate';

/** An `understudy.yaml` for people to read and change. Not generated from an object: its comments say why. */
export function configText(options: ConfigTextOptions): string {
  const { name, method, route, shadowLatencyMs, guess, segments } = options;
  return `# Written by \`understudy init\`. \`understudy up\` runs everything that it describes; \`understudy config explain\`
# shows every setting that is not here, with its default.

gateway:
  port: 8080 # point callers here, in place of the model
console:
  port: 8090 # what was found, as a page for browsers

# Without these two, \`understudy up\` starts a Kafka and a schema registry on this machine.
# kafka: { brokers: ['broker-1.internal:9092'] }
# registry: { url: 'http://registry.internal:8081' }

experiments:
  - name: ${nameScalar(name)}
    route: { method: ${method}, path: ${scalar(route.path)} }
    production: { url: ${scalar(route.production)} }
    shadows:
      - { name: ${shadowName}, url: ${scalar(route.shadow)}, timeout: ${timeoutFor(shadowLatencyMs)} }

${comment(guess.reason)}
    comparison:
${comparisonLines(guess.comparison)
  .map((line) => `      ${line}\n`)
  .join('')}
${segmentLines(segments)}`;
}

const defaultTimeoutMs = 500;
const longestTimeoutMs = 600_000;

/** The usual one, unless the example took more than a third of it. */
function timeoutFor(latencyMs: number): string {
  const roomyMs = Math.ceil((3 * latencyMs) / 100) * 100;
  return `${Math.min(Math.max(defaultTimeoutMs, roomyMs), longestTimeoutMs)}ms`;
}

function comparisonLines(comparison: GuessedComparison): string[] {
  switch (comparison.kind) {
    case 'class':
      return [
        'kind: class',
        `label: ${scalar(comparison.label)}`,
        ...(comparison.score === null ? [] : [`score: ${scalar(comparison.score)}`]),
      ];
    case 'number':
      return [
        'kind: number',
        `value: ${scalar(comparison.value)}`,
        'relativeTolerance: 0.01 # numbers 1% apart agree; how far apart they may be is yours to say',
      ];
    case 'json':
      return [
        'kind: json',
        'numberTolerance: 0.01 # numbers 0.01 apart agree: two models seldom give one probability to the last digit',
        ...(comparison.ignore.length === 0
          ? []
          : ['ignore:', ...comparison.ignore.map((pointer) => `  - ${scalar(pointer)}`)]),
      ];
  }
}

function segmentLines(segments: readonly SuggestedSegment[]): string {
  const explanation =
    'Parts of the requests that get an agreement of their own, by a field of the request. List the values to tell apart.';
  const [first] = segments;
  const suggestions = first === undefined ? [{ field: '/country', value: 'de' }] : segments;
  const lines = suggestions.map(
    ({ field, value }) => `    #   - { field: ${scalar(field)}, values: [${scalar(value)}] }\n`,
  );
  return `${comment(explanation)}\n    # segments:\n${lines.join('')}`;
}

const commentColumns = 100;

/** A comment of as many lines as it takes, within an experiment. */
function comment(text: string): string {
  const lines: string[] = [];
  let line = '    #';
  for (const word of printable(text).split(' ')) {
    if (line.length + 1 + word.length > commentColumns && line !== '    #') {
      lines.push(line);
      line = '    #';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Names are plain words, unless YAML reads them as something else. */
function nameScalar(name: string): string {
  return /^[a-z][a-z0-9-]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/.test(name)
    ? name
    : scalar(name);
}

/**
 * A text as YAML: as it is where it can't be taken for anything else, or in single quotes, or, where it holds what they
 * can't, in double quotes with JSON's escapes.
 */
function scalar(text: string): string {
  if (/^\/[\w/.~-]*$/.test(text)) return text;
  return /^[\x20-\x7e]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}
