import { compareAnswers, compileComparison, parseJsonBody } from '@understudy/comparison';
import { type ComparisonConfig, parseConfig } from '@understudy/config';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { usualAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';
import { askModel, type ModelAnswer } from './ask-model.ts';
import { configText } from './config-text.ts';
import { guessComparison } from './guess-comparison.ts';
import { modelRoute } from './model-route.ts';
import { suggestSegments } from './suggest-segments.ts';

export interface InitOptions {
  /** Addresses of the models, with the path that requests go to or without. */
  readonly production: string;
  readonly shadow: string;
  /** A file with the body of one request, JSON. */
  readonly exampleFile: string;
  /** Null: the one that both addresses have. */
  readonly path: string | null;
  readonly method: string;
  /** Of the experiment; null: after the path. */
  readonly name: string | null;
  readonly outputFile: string;
  /** Writes over a file that is there. */
  readonly force: boolean;
}

/**
 * Asks both models once with the example, production twice, guesses from the answers how they are to be compared, and
 * writes a config that says so. Returns what to tell the user.
 *
 * @throws UserError that says what to change; ConfigError for a name or a path that can't be one
 */
export async function runInit(options: InitOptions): Promise<string> {
  const { method, exampleFile, outputFile, force } = options;
  if (!force && existsSync(outputFile)) {
    throw new UserError(`${outputFile} is there already: --force writes over it`);
  }
  const route = modelRoute(options);
  const example = await readExample(exampleFile);
  const ask = (who: string, base: string, headers = {}): Promise<ModelAnswer> =>
    askModel({ who, url: base + route.path, method, body: example.body, headers });
  const production = await ask('Production', route.production);
  const productionAgain = await ask('Production', route.production);
  const shadow = await ask('The shadow', route.shadow, { 'x-shadow-deployment': 'true' });

  const guess = guessComparison({
    production: production.json,
    productionAgain: productionAgain.json,
    shadow: shadow.json,
  });
  const text = configText({
    name: options.name ?? nameAfter(route.path),
    method,
    route,
    shadowLatencyMs: shadow.latencyMs,
    guess,
    segments: suggestSegments(example.json),
  });
  const comparison = comparisonIn(text, outputFile);
  await writeFile(outputFile, text);
  const outcome = compareExample(comparison, production, shadow);
  const option = outputFile === 'understudy.yaml' ? '' : ` --config ${outputFile}`;
  return `Wrote ${outputFile}. ${guess.reason}\n${outcome}\nRun everything with: npx understudy up${option}`;
}

async function readExample(file: string): Promise<{ body: Buffer; json: unknown }> {
  const body = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? error.message);
    throw new UserError(`--example ${file}: ${reason}`, { cause: error });
  });
  const read = parseJsonBody(body);
  if (!read.ok) throw new UserError(`--example ${file} has to hold the body of one request, in JSON`);
  return { body, json: read.value };
}

/** `price-predict` for `/v1/models/price:predict`: the end of the path, as far as a name may be. */
function nameAfter(path: string): string {
  const end =
    path
      .toLowerCase()
      .split('/')
      .findLast((part) => /[a-z0-9]/.test(part)) ?? 'model';
  return end
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
}

/** Reads the text as the services will; the addresses that it leaves out are no concern here. */
function comparisonIn(text: string, file: string): ComparisonConfig {
  const [experiment] = parseConfig({ text, file, env: usualAddresses }).experiments;
  if (experiment === undefined) throw new Error('a config without an experiment was written');
  return experiment.comparison;
}

function compareExample(config: ComparisonConfig, production: ModelAnswer, shadow: ModelAnswer): string {
  const whole = (answer: ModelAnswer) => ({ ...answer, truncated: false });
  const found = compareAnswers(compileComparison(config), whole(production), whole(shadow));
  if (found.outcome === 'not-comparable') return `The example can't be compared: ${found.reason}.`;
  const [first] = found.differences;
  if (first === undefined) return 'Compared so, the models agree on the example.';
  const difference = `${first.path || 'the answer'} is ${first.production} and ${first.shadow}`;
  return `Compared so, the models differ on the example: ${difference}.`;
}
