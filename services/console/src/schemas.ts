/** JSON Schemas of what the API answers; the types are in `lanes.ts`. What is not listed here is not sent. */

/** Three names of at most 40 characters, and two dots. */
const maxLaneLength = 122;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const numberOrNull = { type: ['number', 'null'] } as const;

/** An object whose properties are all required. */
function object(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', required: Object.keys(properties), properties };
}

const interval = object({ estimate: numberOrNull, lower: numberOrNull, upper: numberOrNull });
const quantiles = object({ p50: numberOrNull, p95: numberOrNull, p99: numberOrNull });

const lane = object({
  lane: text,
  windowEnd: count,
  windows: count,
  ledger: object({
    sampled: count,
    compared: count,
    notCompared: { type: 'object', additionalProperties: count },
  }),
  balanced: flag,
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
      reason: text,
    }),
  },
  latency: object({ production: quantiles, shadow: quantiles }),
  segments: {
    type: 'array',
    items: object({
      segment: object({ field: text, value: text }),
      agreement: interval,
      compared: count,
      sampled: count,
      margin: { type: 'number' },
      flagged: flag,
    }),
  },
  labels: { ...object({ labelled: count, production: interval, shadow: interval }), nullable: true },
});

const problem = object({ error: text, message: text });

export const lanesSchema: object = {
  response: { 200: object({ lanes: { type: 'array', items: lane } }) },
};

export const laneSchema: object = {
  params: object({ lane: { type: 'string', maxLength: maxLaneLength } }),
  response: { 200: lane, '4xx': problem },
};
