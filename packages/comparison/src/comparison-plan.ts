import type { Location } from './json/location.ts';
import type { BytesOptions, BytesPlan } from './kinds/bytes-plan.ts';
import { type ClassOptions, classPlan, type ClassPlan } from './kinds/class-plan.ts';
import { type ClassScoresOptions, classScoresPlan, type ClassScoresPlan } from './kinds/class-scores-plan.ts';
import { type EmbeddingOptions, embeddingPlan, type EmbeddingPlan } from './kinds/embedding-plan.ts';
import { type JsonOptions, jsonPlan, type JsonPlan } from './kinds/json-plan.ts';
import { type NumberOptions, numberPlan, type NumberPlan } from './kinds/number-plan.ts';
import { type RankingOptions, rankingPlan, type RankingPlan } from './kinds/ranking-plan.ts';
import { type StreamOptions, streamPlan, type StreamPlan } from './kinds/stream-plan.ts';
import { type TextOptions, textPlan, type TextPlan } from './kinds/text-plan.ts';
import { type ToolCallsOptions, toolCallsPlan, type ToolCallsPlan } from './kinds/tool-calls-plan.ts';
import { locationOption } from './options.ts';

/**
 * How two answers are compared. Places in a JSON body are JSON Pointers (RFC 6901), or JSONPaths (RFC 9535), which begin
 * with `$` and have to select one value.
 */
export type ComparisonOptions = KindOptions & CommonOptions;

/** Every kind has a file of its own in `kinds/` for its options, and one for how it compares. */
type KindOptions =
  | ClassOptions
  | NumberOptions
  | JsonOptions
  | TextOptions
  | RankingOptions
  | EmbeddingOptions
  | ClassScoresOptions
  | StreamOptions
  | ToolCallsOptions
  | BytesOptions;

type KindPlan =
  | ClassPlan
  | NumberPlan
  | JsonPlan
  | TextPlan
  | RankingPlan
  | EmbeddingPlan
  | ClassScoresPlan
  | StreamPlan
  | ToolCallsPlan
  | BytesPlan;

/** A record, so that none is left out. */
const kinds: Readonly<Record<ComparisonOptions['kind'], true>> = {
  class: true,
  'class-scores': true,
  number: true,
  json: true,
  text: true,
  ranking: true,
  embedding: true,
  stream: true,
  'tool-calls': true,
  bytes: true,
};

export const comparisonKinds: readonly string[] = Object.keys(kinds);

/** Options of every kind. */
export interface CommonOptions {
  /** Where an answer of status 400 or above says what is wrong; default: such bodies are compared whole. */
  readonly error?: string;
}

/** Options checked and made ready, once for all pairs. Made by `compileComparison`. */
export type ComparisonPlan = KindPlan & CommonPlan;

export interface CommonPlan {
  readonly error: Location | null;
}

/**
 * @throws ComparisonOptionError for a malformed place, a value out of its range, or options that exclude each other
 */
export function compileComparison(options: ComparisonOptions): ComparisonPlan {
  const { error } = options;
  return { ...kindPlan(options), error: error === undefined ? null : locationOption('error', error) };
}

function kindPlan(options: KindOptions): KindPlan {
  switch (options.kind) {
    case 'class':
      return classPlan(options);
    case 'class-scores':
      return classScoresPlan(options);
    case 'number':
      return numberPlan(options);
    case 'json':
      return jsonPlan(options);
    case 'text':
      return textPlan(options);
    case 'ranking':
      return rankingPlan(options);
    case 'embedding':
      return embeddingPlan(options);
    case 'stream':
      return streamPlan(options);
    case 'tool-calls':
      return toolCallsPlan(options);
    case 'bytes':
      return { kind: 'bytes' };
  }
}
