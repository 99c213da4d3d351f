import {
  count,
  flag,
  interval,
  laneParams,
  needed,
  numberOrNull,
  object,
  problem,
  quantiles,
  text,
  textOrNull,
} from './schema-parts.ts';

/** JSON Schemas of what the API answers; the types are in `views.ts`. What is not listed here is not sent. */

const coverage = { ...object({ covered: count, of: count }), nullable: true };

const counts = { type: 'object', additionalProperties: count } as const;

const alerts = {
  type: 'array',
  items: object({ identity: text, rule: text, since: count, reason: text }),
} as const;

const lane = object({
  lane: text,
  since: { type: ['integer', 'null'] },
  windowStart: count,
  windowEnd: count,
  coverage,
  windows: count,
  revision: { type: ['integer', 'null'] },
  ledger: object({
    sampled: count,
    compared: count,
    notCompared: counts,
  }),
  notComparable: counts,
  corrected: count,
  balanced: flag,
  recovered: counts,
  agreement: interval,
  margin: { type: 'number' },
  verdict: { type: 'string', enum: ['pass', 'fail', 'inconclusive'] },
  criteria: {
    type: 'array',
    items: object({
      name: text,
      outcome: { type: 'string', enum: ['pass', 'fail', 'inconclusive', 'not_evaluated'] },
      estimate: numberOrNull,
      lower: numberOrNull,
      upper: numberOrNull,
      margin: numberOrNull,
      needed,
      reason: text,
    }),
  },
  band: textOrNull,
  needed,
  recommendation: { ...object({ action: text, text }), nullable: true },
  latency: object({ production: quantiles, shadow: quantiles }),
  statistics: {
    type: 'array',
    items: object({
      name: text,
      estimate: numberOrNull,
      lower: numberOrNull,
      upper: numberOrNull,
      pValue: numberOrNull,
      reason: textOrNull,
    }),
  },
  segments: {
    type: 'array',
    items: object({
      segment: object({ field: text, value: text }),
      agreement: interval,
      compared: count,
      agreed: count,
      sampled: count,
      margin: { type: 'number' },
      flagged: flag,
    }),
  },
  alerts,
  resolvedAlerts: alerts,
  waiting: { ...object({ requests: count, isExact: flag }), nullable: true },
  labels: { ...object({ labelled: count, production: interval, shadow: interval }), nullable: true },
  pairs: count,
});

const run = object({
  lane: text,
  kind: { type: 'string', enum: ['live', 'replay', 'rejudge'] },
  state: { type: 'string', enum: ['running', 'paused', 'cancelled', 'ended'] },
  start: count,
  end: { type: ['integer', 'null'] },
  speed: numberOrNull,
  source: textOrNull,
  live: textOrNull,
  closed: numberOrNull,
  agreement: { ...interval, nullable: true },
  verdict: { type: ['string', 'null'], enum: ['pass', 'fail', 'inconclusive', null] },
});

const point = object({
  windowEnd: count,
  coverage,
  sampled: count,
  compared: count,
  agreement: interval,
  windowAgreement: numberOrNull,
  p95: object({ production: numberOrNull, shadow: numberOrNull }),
});

const side = object({ says: text, latencyMs: { type: 'number' }, body: text });

const pair = object({
  exchangeId: text,
  requestId: textOrNull,
  requestTime: count,
  score: { type: 'number' },
  production: side,
  shadow: side,
  differences: {
    type: 'array',
    items: object({ category: text, path: text, production: textOrNull, shadow: textOrNull }),
  },
  patch: textOrNull,
  segments: { type: 'object', additionalProperties: text },
  fields: { type: 'array', items: object({ name: text, value: text }) },
  requestBody: text,
});

export const lanesSchema: object = {
  response: { 200: object({ lanes: { type: 'array', items: lane } }) },
};

export const runsSchema: object = {
  response: { 200: object({ runs: { type: 'array', items: run } }) },
};

export const laneSchema: object = { params: laneParams, response: { 200: lane, '4xx': problem } };

export const historySchema: object = {
  params: laneParams,
  querystring: { type: 'object', properties: { after: { type: 'integer', default: 0 } } },
  response: { 200: object({ points: { type: 'array', items: point } }), '4xx': problem },
};

export const pairsSchema: object = {
  params: laneParams,
  response: { 200: object({ pairs: { type: 'array', items: pair } }), '4xx': problem },
};
