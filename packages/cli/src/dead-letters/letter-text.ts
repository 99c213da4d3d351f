import type { Request } from '@understudy/schemas-avro';
import type { FoundLetter } from '@understudy/streams';
import { counted } from '../format.ts';
import { ageText } from './age.ts';
import { printable } from '../printable.ts';
import { positionText } from './select-letters.ts';

/** What a letter's value was read as: the request, or why it can't be read. */
export type LetterContent =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Bytes of a body, or of a value that can't be read, that are shown. */
const shownBytes = 4_096;
const shownRawBytes = 64;

/** All there is to know of a letter: what became of it, the request, its body. */
export function letterText(found: FoundLetter, content: LetterContent, nowMs: number): string {
  const rows = [...fateRows(found, nowMs), ...headerRows(found), ...contentRows(found, content)];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}\n`).join('');
  return content.kind === 'request' ? `${lines}\n${bodyText(content.request)}\n` : lines;
}

type Row = readonly [name: string, text: string];

function fateRows({ letter, settlement, deadMs, ...position }: FoundLetter, nowMs: number): Row[] {
  const settled =
    settlement === null ? 'not settled' : `${settlement.settlement} ${isoTime(settlement.settledMs)}`;
  const dead = `${positionText(position)}, given up ${isoTime(deadMs)} (${ageText(nowMs - deadMs)} ago), ${settled}`;
  if (letter === null) return [['letter', dead]];
  const { lane, stage, reason, source, appendedMs, calls } = letter;
  const rows: Row[] = [
    ['letter', dead],
    ['lane', lane],
    ['given up by', stage],
    ['reason', reason],
    ['source', `${source.topic}/${source.partition}/${source.offset}, appended ${isoTime(appendedMs)}`],
  ];
  if (calls === null) return rows;
  const { attempts, firstFailureMs, lastFailureMs, redrives } = calls;
  const span = `first failed ${isoTime(firstFailureMs)}, last ${isoTime(lastFailureMs)}`;
  return [...rows, ['calls', `${attempts}, ${span}`], ['redriven', `${counted(redrives, 'time')} before`]];
}

/** The record's own headers; ours are told in words. */
function headerRows({ record }: FoundLetter): Row[] {
  return Object.entries(record.headers)
    .filter(([name]) => !name.startsWith('understudy-'))
    .map(([name, text]) => [printable(name), text]);
}

function contentRows({ record }: FoundLetter, content: LetterContent): Row[] {
  const key: Row = ['key', record.key?.toString() ?? 'none'];
  if (content.kind === 'unreadable') {
    const value = record.value ?? Buffer.alloc(0);
    const bytes = value.subarray(0, shownRawBytes).toString('hex').replaceAll(/../g, '$& ').trimEnd();
    const more = value.length > shownRawBytes ? ' …' : '';
    return [key, ['value', content.reason], ['bytes', `${value.length}: ${bytes}${more}`]];
  }
  const { exchangeId, requestId, method, path, headers } = content.request;
  return [
    key,
    ['exchange id', exchangeId],
    ['request id', requestId ?? 'none'],
    ['request', `${method} ${path}`],
    ...Object.entries(headers).map(([name, text]): Row => [`  ${printable(name)}`, text]),
  ];
}

function bodyText({ body, bodySize, contentType }: Request): string {
  const title = `body: ${counted(bodySize, 'byte')}, ${printable(contentType ?? 'no content type')}`;
  const shown = body.subarray(0, shownBytes);
  const cut = body.length > shown.length ? `\n… the first ${shown.length} bytes` : '';
  const lost = bodySize > body.length ? `\n(recorded: the first ${body.length} bytes)` : '';
  return `${title}\n${printable(shown.toString('utf8'), { keepLines: true })}${cut}${lost}`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
