import { readFileSync } from 'node:fs';
import { type Application, numberColumns, parseApplication, type YesNo } from './application.ts';

/** One row of the csv: an application, the id that the split uses, and what the lender decided in 1990. */
export type Applicant = Application & { readonly applicant_id: string; readonly denied: YesNo };

const csvFile = new URL('../data/mortgage.csv', import.meta.url);

/** All 2,380 applicants in the order of the file. Throws with the line's number if a row can't be read. */
export function loadApplicants(): Applicant[] {
  const [header = '', ...lines] = readFileSync(csvFile, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line, index) => readRow(columns, line, index + 2));
}

/** The application alone, ready to be sent: the truth stays behind. */
export function toApplication(applicant: Applicant): Application {
  const { denied: _, ...application } = applicant;
  return application;
}

function readRow(columns: readonly string[], line: string, lineNumber: number): Applicant {
  const cells = line.split(',');
  const fields = Object.fromEntries(
    columns.map((column, i) => [column, column in numberColumns ? readNumber(cells[i]) : cells[i]]),
  );
  const parsed = parseApplication(fields);
  if (!parsed.ok) throw new Error(`mortgage.csv, line ${lineNumber}: ${parsed.fault.message}`);

  const { applicant_id, denied } = fields;
  if (typeof applicant_id !== 'string' || (denied !== 'yes' && denied !== 'no')) {
    throw new Error(`mortgage.csv, line ${lineNumber}: needs an applicant_id, and denied as "yes" or "no"`);
  }
  return { ...parsed.application, applicant_id, denied };
}

/** NaN, which parseApplication refuses, for an empty cell: Number('') would make a 0 of it. */
function readNumber(cell: string | undefined): number {
  return cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell);
}
