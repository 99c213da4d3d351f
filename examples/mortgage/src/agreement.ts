import type { Applicant } from './applicants.ts';
import type { YesNoColumn } from './application.ts';
import { loadModel, type Model } from './model.ts';

/** How often two models decided alike. */
export interface Agreement {
  readonly applicants: number;
  readonly agreed: number;
}

/** Compares the decisions of two models on the same applicants. */
export function agreement(one: Model, other: Model, applicants: readonly Applicant[]): Agreement {
  const agreed = applicants.filter(
    (applicant) => one.predict(applicant).decision === other.predict(applicant).decision,
  );
  return { applicants: applicants.length, agreed: agreed.length };
}

const segmentColumns = ['self_employed', 'single', 'condominium'] as const satisfies readonly YesNoColumn[];

/** Agreement of production with both shadows, over all applicants and by segment, as a Markdown table. */
export function agreementTable(applicants: readonly Applicant[]): string {
  const production = loadModel('production');
  const segments = [
    { name: 'all', members: [...applicants] },
    ...segmentColumns.flatMap((column) =>
      (['yes', 'no'] as const).map((value) => ({
        name: `${column} = ${value}`,
        members: applicants.filter((applicant) => applicant[column] === value),
      })),
    ),
  ];
  const rows = segments.map(({ name, members }) => {
    const rates = (['shadow-repaired', 'shadow'] as const).map((shadow) => {
      const { agreed } = agreement(production, loadModel(shadow), members);
      return percent(agreed, members.length);
    });
    return [name, String(members.length), ...rates];
  });
  return markdownTable([['segment', 'applicants', 'shadow-repaired agrees', 'shadow agrees'], ...rows]);
}

/** Each model's decisions against what the lender decided, as a Markdown table. */
export function accuracyTable(applicants: readonly Applicant[]): string {
  const rows = (['production', 'shadow-repaired', 'shadow'] as const).map((name) => {
    const model = loadModel(name);
    const denied = applicants.filter((applicant) => model.predict(applicant).decision === 'denied');
    const rightlyDenied = denied.filter((applicant) => applicant.denied === 'yes').length;
    const trulyDenied = applicants.filter((applicant) => applicant.denied === 'yes').length;
    const wrong = denied.length - rightlyDenied + (trulyDenied - rightlyDenied);
    return [
      name,
      percent(applicants.length - wrong, applicants.length),
      String(denied.length),
      `${rightlyDenied} of ${trulyDenied}`,
    ];
  });
  return markdownTable([['model', 'accuracy', 'denied', 'true denials found'], ...rows]);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)}%`;
}

function markdownTable(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return lines.toSpliced(1, 0, rule).join('\n');
}
