import type { JsonPointer } from '../json/json-pointer.ts';
import type { Location } from '../json/location.ts';
import { locationOption, pointerOption } from '../options.ts';
import { type JsonJudging, jsonJudging, type JsonJudgingOptions } from './json-plan.ts';

/** The same tools must be called with equal arguments. What is ignored, and rules, are for arguments. */
export interface ToolCallsOptions extends JsonJudgingOptions {
  readonly kind: 'tool-calls';
  /** Where the list of calls is; nothing there, or null, is no call. */
  readonly calls: string;
  /** JSON Pointer, in a call, to the tool's name; default `/function/name`. */
  readonly name?: string;
  /** JSON Pointer, in a call, to its arguments: JSON, or a text that is JSON; default `/function/arguments`. */
  readonly arguments?: string;
  /** Whether the calls have to come in one order; default false. */
  readonly ordered?: boolean;
}

export interface ToolCallsPlan extends JsonJudging {
  readonly kind: 'tool-calls';
  readonly calls: Location;
  readonly name: JsonPointer;
  readonly arguments: JsonPointer;
  readonly ordered: boolean;
}

export function toolCallsPlan(options: ToolCallsOptions): ToolCallsPlan {
  const { calls, name, arguments: args, ordered = false, ignore = [], rules = [], ...others } = options;
  // Where the arguments stand in the documents that are compared.
  const place = ordered ? '/*/arguments' : '/*/*';
  return {
    kind: 'tool-calls',
    calls: locationOption('calls', calls),
    name: pointerOption('name', name ?? '/function/name'),
    arguments: pointerOption('arguments', args ?? '/function/arguments'),
    ordered,
    ...jsonJudging({
      ...others,
      ignore: ignore.map((path) => place + pointerOption('ignore', path).text),
      rules: rules.map((rule) => ({ ...rule, path: place + pointerOption('rules', rule.path).text })),
    }),
  };
}
