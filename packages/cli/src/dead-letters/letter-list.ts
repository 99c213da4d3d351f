import type { DeadLetter } from '@understudy/streams';
import { count, counted } from '../format.ts';
import { ageText } from './age.ts';
import { printable } from '../printable.ts';
import { positionText } from './select-letters.ts';

/** Letters of one reason. */
export interface ReasonTotal {
  readonly reason: string;
  /** Nobody has done anything about them. */
  readonly open: number;
  readonly settled: number;
}

export interface LetterListOptions {
  /** Those that were asked for. */
  readonly letters: readonly DeadLetter[];
  /** How many older ones were not looked at. */
  readonly older: number;
  /** Rows to show, the newest. */
  readonly limit: number;
  /** Ms since the epoch. */
  readonly nowMs: number;
}

/** What `dead-letters list --json` prints. */
export interface LetterDocument {
  /** The newest first. */
  readonly letters: readonly DeadLetter[];
  readonly totals: readonly ReasonTotal[];
  readonly older: number;
}

/** Rows of totals in the text; what can't be read may say something else of each record. */
const maxReasons = 20;

export function letterDocument({ letters, older, limit }: LetterListOptions): LetterDocument {
  return { letters: newest(letters, limit), totals: totalsOf(letters), older };
}

/** A table of letters, the newest first, and how many there are of each reason. */
export function letterListText(options: LetterListOptions): string {
  const { letters, older, limit, nowMs } = options;
  const unread =
    older === 0
      ? ''
      : `${counted(older, 'letter')} more, the oldest ones of each partition, were not looked at.\n`;
  if (letters.length === 0) return `There are no dead letters.\n${unread}`;
  const shown = newest(letters, limit);
  const rows = shown.map((letter) => letterRow(letter, nowMs));
  const more =
    letters.length > shown.length ? `… and ${counted(letters.length - shown.length, 'older letter')}\n` : '';
  const totals = totalsOf(letters);
  const reasons = totals
    .slice(0, maxReasons)
    .map(({ reason, open, settled }) => [count(open), count(settled), shortened(reason)]);
  const others =
    totals.length > maxReasons ? `… and ${counted(totals.length - maxReasons, 'other reason')}\n` : '';
  return (
    table([['LETTER', 'AGE', 'LANE', 'CALLS', 'SETTLED', 'REASON'], ...rows]) +
    more +
    `\n${table([['OPEN', 'SETTLED', 'REASON'], ...reasons])}${others}${unread}`
  );
}

function letterRow({ letter, settlement, deadMs, ...position }: DeadLetter, nowMs: number): string[] {
  return [
    positionText(position),
    ageText(nowMs - deadMs),
    printable(letter?.lane ?? '?'),
    String(letter?.calls?.attempts ?? '–'),
    settlement?.settlement ?? '–',
    shortened(reasonOf(letter)),
  ];
}

function totalsOf(letters: readonly DeadLetter[]): ReasonTotal[] {
  return [...Map.groupBy(letters, ({ letter }) => reasonOf(letter))]
    .map(([reason, of]) => {
      const open = of.filter(({ settlement }) => settlement === null).length;
      return { reason, open, settled: of.length - open };
    })
    .toSorted((a, b) => b.open - a.open || b.settled - a.settled || (a.reason < b.reason ? -1 : 1));
}

function reasonOf(letter: DeadLetter['letter']): string {
  return letter?.reason ?? 'not a letter of ours: its headers say no reason';
}

const maxReasonLength = 80;

/** As long as fits beside the other columns; `show` has all of it. */
function shortened(reason: string): string {
  const text = printable(reason);
  return text.length > maxReasonLength ? `${text.slice(0, maxReasonLength)}…` : text;
}

function newest(letters: readonly DeadLetter[], limit: number): readonly DeadLetter[] {
  return letters.toSorted((a, b) => b.deadMs - a.deadMs || b.offset - a.offset).slice(0, limit);
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
