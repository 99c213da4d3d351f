/**
 * A lane's windows can be judged again, from the log, after its comparator's offsets were reset. What comes out says in
 * this header, not in its value, how many times that had happened: the values of a window judged twice are the same bytes.
 * Of two records of one window the one of the higher judgement counts.
 */
const header = 'understudy-judgement';

/** The header of a record, by how many times the lane had been set to judge again; none for the first judgement. */
export function judgementHeaders(judgement: number): Readonly<Record<string, string>> {
  return judgement === 0 ? {} : { [header]: String(judgement) };
}

/** 0 where the header is absent, or is no number. */
export function judgementOf(headers: Readonly<Record<string, string>>): number {
  const text = headers[header];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
