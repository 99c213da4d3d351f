/** What the JSON Schemas of the API's answers are made of. */

export const text: object = { type: 'string' };
export const flag: object = { type: 'boolean' };
export const count: object = { type: 'integer', minimum: 0 };
/** The longest name of a lane: three names of at most 40 characters, and two dots. */
const laneParameter: object = { type: 'string', maxLength: 122 };
export const numberOrNull: object = { type: ['number', 'null'] };

/** An object whose properties are all required. */
export function object(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', required: Object.keys(properties), properties };
}

export const interval: object = object({ estimate: numberOrNull, lower: numberOrNull, upper: numberOrNull });
export const quantiles: object = object({ p50: numberOrNull, p95: numberOrNull, p99: numberOrNull });

export const textOrNull: object = { type: ['string', 'null'] };
export const needed: object = {
  ...object({ requests: numberOrNull, ms: numberOrNull, verdict: textOrNull, reason: textOrNull }),
  nullable: true,
};

export const problem: object = object({ error: text, message: text });

export const laneParams: object = object({ lane: laneParameter });
