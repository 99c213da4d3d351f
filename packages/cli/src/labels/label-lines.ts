import { canBeLabelled, type ComparisonPlan, readTruth } from '@understudy/comparison';
import type { Label } from '@understudy/schemas-avro';

/** A line of a file of labels, read: a label, nothing, or what is wrong with it. */
export type LabelLine =
  | { readonly kind: 'label'; readonly label: Omit<Label, 'observedTime'> }
  | { readonly kind: 'blank' }
  | { readonly kind: 'problem'; readonly problem: string };

export interface LabelRules {
  /** How each experiment's answers are compared: a label has to be something that they could be. */
  readonly plans: ReadonlyMap<string, ComparisonPlan>;
  /** Of lines that name none; null: every line has to. */
  readonly experiment: string | null;
}

/**
 * Reads `{"requestId": …, "experiment": …, "value": …}`, or `id,value`: the id is all before the first comma, the
 * value is JSON if it can be read as that, else text. A line of column names (`id,value`) is nothing.
 */
export function readLabelLine(line: string, rules: LabelRules): LabelLine {
  const text = line.trim();
  if (text === '' || /^(?:request_?id|id) *, *value$/i.test(text)) return { kind: 'blank' };
  const given = text.startsWith('{') ? fromJson(text) : fromColumns(text);
  if (typeof given === 'string') return { kind: 'problem', problem: given };
  return checked(given, rules);
}

interface Given {
  readonly requestId?: unknown;
  readonly experiment?: unknown;
  readonly value?: unknown;
}

function fromJson(text: string): Given | string {
  const parsed = parsedJson(text);
  return parsed === undefined ? 'it begins with { and is no JSON' : (parsed as Given);
}

function fromColumns(text: string): Given | string {
  const comma = text.indexOf(',');
  if (comma < 0) return 'it is neither JSON nor id,value';
  const value = text.slice(comma + 1).trim();
  return { requestId: text.slice(0, comma).trim(), value: parsedJson(value) ?? value };
}

/** `undefined` for what is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checked({ requestId, experiment, value }: Given, rules: LabelRules): LabelLine {
  const name = experiment ?? rules.experiment;
  if (typeof requestId !== 'string' || requestId === '')
    return problem(
      'it has no requestId: the x-request-id that the caller sent, else the x-exchange-id it got',
    );
  if (typeof name !== 'string') return problem('it has no experiment: name one, or give --experiment');
  const plan = rules.plans.get(name);
  if (plan === undefined)
    return problem(`there is no experiment ${name}, there are: ${[...rules.plans.keys()].join(', ')}`);
  if (!canBeLabelled(plan))
    return problem(`${name} compares answers as a whole (kind: ${plan.kind}), which no label can judge`);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined || readTruth(plan, text) === null)
    return problem(`${text ?? 'no value'} is no ${plan.kind} that an answer of ${name} could be`);
  return { kind: 'label', label: { requestId, experiment: name, value: text } };
}

function problem(text: string): LabelLine {
  return { kind: 'problem', problem: text };
}
