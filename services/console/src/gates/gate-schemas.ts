import { interval, laneParams, needed, object, problem, text, textOrNull } from '../schema-parts.ts';

const gate = object({
  lane: text,
  verdict: { type: 'string', enum: ['pass', 'fail', 'inconclusive'] },
  reason: text,
  windowEnd: { type: 'integer' },
  ageMs: { type: 'integer' },
  agreement: interval,
  band: textOrNull,
  needed,
  criteria: { type: 'array', items: object({ name: text, outcome: text, reason: text }) },
});

const response = { 200: gate, 403: gate, '4xx': problem };

export const gateSchema: object = {
  params: laneParams,
  querystring: {
    type: 'object',
    properties: { maxAge: { type: 'integer', minimum: 1, default: 3600 } },
  },
  response,
};

/** Flagger's metadata are texts. */
export const webhookSchema: object = {
  body: {
    type: 'object',
    required: ['metadata'],
    properties: {
      metadata: {
        type: 'object',
        required: ['lane'],
        properties: {
          lane: text,
          maxAge: { type: 'string', pattern: '^[1-9]\\d{0,7}$' },
        },
      },
    },
  },
  response,
};
