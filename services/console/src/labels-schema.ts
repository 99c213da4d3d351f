import {
  count,
  interval,
  laneParams,
  numberOrNull,
  object,
  problem,
  text,
  textOrNull,
} from './schema-parts.ts';

const number = { type: 'number' } as const;
const nullable = (properties: Readonly<Record<string, object>>): object => ({
  ...object(properties),
  nullable: true,
});

const covered = { labelled: count, of: count, share: interval };

const classes = object({
  macroPrecision: numberOrNull,
  macroRecall: numberOrNull,
  macroF1: numberOrNull,
  classes: {
    type: 'array',
    items: object({
      name: text,
      labelled: count,
      predicted: count,
      right: count,
      precision: number,
      recall: number,
      f1: number,
    }),
  },
});

const errors = object({
  meanAbsoluteError: numberOrNull,
  rootMeanSquaredError: numberOrNull,
  r2: numberOrNull,
  quantiles: { type: 'array', items: object({ share: number, error: numberOrNull }) },
});

const score = nullable({
  auc: interval,
  calibration: {
    type: 'array',
    items: object({
      from: number,
      to: number,
      count,
      meanScore: number,
      share: number,
      lower: numberOrNull,
      upper: numberOrNull,
    }),
  },
  expectedError: numberOrNull,
});

const report = object({
  lane: text,
  coverage: object(covered),
  differing: object(covered),
  segments: { type: 'array', items: object({ segment: object({ field: text, value: text }), ...covered }) },
  young: count,
  horizonMs: count,
  accuracy: nullable({ labelled: count, production: interval, shadow: interval }),
  difference: interval,
  discordant: object({ productionOnly: count, shadowOnly: count, pValue: numberOrNull }),
  classes: nullable({ production: classes, shadow: classes }),
  numbers: nullable({
    measured: count,
    production: errors,
    shadow: errors,
    closer: object({ production: count, shadow: count, pValue: numberOrNull }),
  }),
  scores: object({ production: score, shadow: score, reason: textOrNull }),
});

/** Of `LabelsReport` in `views.ts`. */
export const labelsSchema: object = { params: laneParams, response: { 200: report, '4xx': problem } };
