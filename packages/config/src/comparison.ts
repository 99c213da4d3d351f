import {
  comparisonKinds,
  ComparisonOptionError,
  type ComparisonOptions,
  compileComparison,
  LocationError,
  maxRankingDepth,
  maxTop,
  parseLocation,
  rankingMetrics,
  streamFormats,
  textMetrics,
  tokenizers,
} from '@understudy/comparison';
import { z } from 'zod';
import {
  factor,
  flag,
  integer,
  jsonPointer,
  list,
  oneOf,
  properFraction,
  section,
  share,
  text,
  tolerance,
} from './fields.ts';

/** How two answers are compared, by kind: the options of `@understudy/comparison`, with every default written out. */
export type ComparisonConfig = ComparisonOptions;

const allowedLocation =
  'a JSON Pointer, such as /applicant/income (RFC 6901), or a JSONPath, such as $.choices[0].text (RFC 9535)';

const allowedLabel = 'a label: text, a number, true or false';

/** Of every kind. */
const common = { error: location().exactOptional() };

const labels = list(
  list(z.union([z.string(), z.number(), z.boolean()], allowedLabel), 'labels', 2),
  'lists of labels, the name of a class and what else it is called',
);

const jsonJudging = {
  ignore: list(jsonPointer(), 'JSON Pointers').default([]),
  numberTolerance: tolerance().default(0),
  rules: list(
    section({
      path: jsonPointer(),
      absoluteTolerance: tolerance().exactOptional(),
      relativeTolerance: tolerance().exactOptional(),
      unorderedBy: jsonPointer().exactOptional(),
    }),
    'rules for places',
  ).exactOptional(),
};

const textJudging = {
  metric: oneOf(textMetrics).default('rouge-l'),
  minimum: share().default(0.9),
  tokenizer: oneOf(tokenizers).default('unicode'),
  stem: flag().default(false),
};

export const comparisonSection: z.ZodType<ComparisonConfig> = z
  .discriminatedUnion(
    'kind',
    [
      section({
        kind: z.literal('class'),
        label: location(),
        labels: labels.exactOptional(),
        top: integer(1, maxTop).exactOptional(),
        score: location().exactOptional(),
        scoreTolerance: tolerance().exactOptional(),
        ...common,
      }),
      section({
        kind: z.literal('number'),
        value: location(),
        absoluteTolerance: tolerance().default(0),
        relativeTolerance: tolerance().default(0),
        units: list(
          section({ unit: text(/^\S.{0,99}$/, 'a unit'), factor: factor() }),
          'units',
          1,
        ).exactOptional(),
        unit: location().exactOptional(),
        ...common,
      }),
      section({
        kind: z.literal('class-scores'),
        scores: location(),
        label: jsonPointer().default('/label'),
        score: jsonPointer().default('/score'),
        labels: labels.exactOptional(),
        top: integer(1, maxTop).default(1),
        scoreTolerance: tolerance().exactOptional(),
        ...common,
      }),
      section({
        kind: z.literal('json'),
        document: location().exactOptional(),
        ...jsonJudging,
        ...common,
      }),
      section({
        kind: z.literal('text'),
        text: location().exactOptional(),
        ...textJudging,
        ...common,
      }),
      section({
        kind: z.literal('ranking'),
        items: location(),
        id: jsonPointer().default(''),
        metric: oneOf(rankingMetrics).default('rbo'),
        depth: integer(1, maxRankingDepth).default(10),
        persistence: properFraction().default(0.9),
        minimum: share().default(0.9),
        ...common,
      }),
      section({
        kind: z.literal('stream'),
        format: oneOf(streamFormats).default('sse'),
        text: location().exactOptional(),
        end: text(/^.{1,100}$/, 'text of 1 to 100 characters').default('[DONE]'),
        ...textJudging,
        ...common,
      }),
      section({
        kind: z.literal('tool-calls'),
        calls: location(),
        name: jsonPointer().default('/function/name'),
        arguments: jsonPointer().default('/function/arguments'),
        ordered: flag().default(false),
        ...jsonJudging,
        ...common,
      }),
      section({ kind: z.literal('bytes'), ...common }),
      section({
        kind: z.literal('embedding'),
        vector: location(),
        minimum: share().default(0.99),
        scaleTolerance: tolerance().exactOptional(),
        ...common,
      }),
    ],
    { error: `a comparison whose kind is one of ${comparisonKinds.join(', ')}` },
  )
  .superRefine((options, context) => {
    try {
      compileComparison(options);
    } catch (error) {
      if (!(error instanceof ComparisonOptionError)) throw error;
      context.addIssue({ code: 'custom', path: [error.option], message: error.problem });
    }
  });

/** Where in a JSON body something is. */
function location(): z.ZodString {
  return z.string(allowedLocation).superRefine((given, context) => {
    try {
      parseLocation(given);
    } catch (error) {
      if (!(error instanceof LocationError)) throw error;
      context.addIssue({ code: 'custom', message: given.startsWith('$') ? error.message : allowedLocation });
    }
  });
}
