/**
 * Compares two answers, by kind. Pure: no I/O.
 *
 *     const plan = compileComparison({ kind: 'class', label: '/decision', score: '/score' });
 *     const found = compareAnswers(plan, production, shadow); // each { status, contentType, body, truncated }
 *     if (found.outcome === 'differ') show(found.differences);
 *     // [{ category: 'class', path: '/decision', production: '"approved"', shadow: '"denied"' }]
 *
 * Bad data is a result with a reason, not an error; bad options are an error, when they are compiled.
 */
export type { Answer } from './answer.ts';
export { compareAnswers } from './compare-answers.ts';
export {
  type Compared,
  type Comparison,
  type Difference,
  differenceCategories,
  type DifferenceCategory,
  type NotComparable,
  type NotComparableReason,
  notComparableReasons,
  type OutputPair,
} from './comparison.ts';
export {
  comparisonKinds,
  type ComparisonOptions,
  type ComparisonPlan,
  compileComparison,
} from './comparison-plan.ts';
export { maxListedDifferences } from './difference-list.ts';
export { type JsonBody, parseJsonBody } from './json/json-body.ts';
export { extractValue, type JsonPointer, JsonPointerError, parsePointer } from './json/json-pointer.ts';
export { jsonPatch, type PatchOperation } from './json/json-patch.ts';
export { locate, type Located, type Location, LocationError, parseLocation } from './json/location.ts';
export type { BytesOptions } from './kinds/bytes-plan.ts';
export type { LabelValue } from './kinds/class-label.ts';
export { type ClassOptions, maxTop } from './kinds/class-plan.ts';
export type { ClassScoresOptions } from './kinds/class-scores-plan.ts';
export type { EmbeddingOptions } from './kinds/embedding-plan.ts';
export type { JsonOptions } from './kinds/json-plan.ts';
export type { NumberOptions } from './kinds/number-plan.ts';
export { maxRankingDepth, type RankingOptions } from './kinds/ranking-plan.ts';
export type { StreamOptions } from './kinds/stream-plan.ts';
export type { TextOptions } from './kinds/text-plan.ts';
export type { ToolCallsOptions } from './kinds/tool-calls-plan.ts';
export { ComparisonOptionError } from './options.ts';
export { type RankingMetric, rankingMetrics } from './ranking/ranking-similarity.ts';
export { type StreamFormat, streamFormats } from './text/event-stream.ts';
export { rougeL, type RougeLInput, type RougeScore } from './text/rouge-l.ts';
export { type TextMetric, textMetrics } from './text/text-similarity.ts';
export { type Tokenizer, tokenizers } from './text/tokenize.ts';
export { canBeLabelled, isRight, readTruth } from './truth.ts';
