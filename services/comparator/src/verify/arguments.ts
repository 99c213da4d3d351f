import { parseArgs } from 'node:util';
import { maxWindows, type Wanted } from './select-windows.ts';

export interface VerifyArguments {
  /** `experiment.shadow.run` */
  readonly lane: string;
  readonly wanted: Wanted;
  /** Print one JSON document instead of lines. */
  readonly isJson: boolean;
}

/** The arguments don't say which windows; the message says what is wrong. */
class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

const options = {
  config: { type: 'string' },
  lane: { type: 'string', default: '' },
  at: { type: 'string' },
  last: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Times are ISO 8601, such as `2026-01-31T12:00:00Z`. @throws ArgumentsError */
export function readArguments(args: readonly string[]): VerifyArguments {
  const { at, last, from, to, ...values } = parseArgs({ args: [...args], options }).values;
  const ways: (Wanted | null)[] = [
    at === undefined ? null : { kind: 'window', start: timeOf(at) },
    last === undefined ? null : { kind: 'last', count: countOf(last) },
    from === undefined && to === undefined ? null : rangeOf(from, to),
  ];
  const [wanted, ...more] = ways.filter((way) => way !== null);
  if (wanted === undefined || more.length > 0) {
    throw new ArgumentsError('Say which windows: the start of one, or --last, or --from and --to.');
  }
  return { lane: values.lane, wanted, isJson: values.json };
}

function rangeOf(from: string | undefined, to: string | undefined): Wanted {
  if (from === undefined || to === undefined) throw new ArgumentsError('--from and --to go together.');
  const range = { kind: 'range', from: timeOf(from), to: timeOf(to) } as const;
  if (range.from >= range.to) throw new ArgumentsError(`${from} is not before ${to}.`);
  return range;
}

/** With a zone, or it would depend on where the command is given. */
function timeOf(text: string): number {
  const ms = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new ArgumentsError(`${text} is no time such as 2026-01-31T12:00:00Z.`);
  return ms;
}

function countOf(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= maxWindows) return count;
  throw new ArgumentsError(`--last takes a number of windows from 1 to ${maxWindows}.`);
}
