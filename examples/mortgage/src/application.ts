/** The columns that hold numbers, with the values they may take. A ratio over 10 is a percentage sent by mistake. */
export const numberColumns = {
  debt_to_income: { least: 0, most: 10, whole: false },
  housing_to_income: { least: 0, most: 10, whole: false },
  loan_to_value: { least: 0, most: 10, whole: false },
  consumer_credit_score: { least: 1, most: 6, whole: true },
  mortgage_credit_score: { least: 1, most: 4, whole: true },
  unemployment_rate: { least: 0, most: 100, whole: false },
} as const;

/** The columns that hold 'yes' or 'no'. */
export const yesNoColumns = [
  'public_bad_credit',
  'denied_mortgage_insurance',
  'self_employed',
  'single',
  'condominium',
] as const;

export type NumberColumn = keyof typeof numberColumns;
export type YesNoColumn = (typeof yesNoColumns)[number];
export type YesNo = 'yes' | 'no';

/**
 * What a lender knows when it decides; the body of `POST /predict`, with the names of the csv's columns.
 * The three ratios are fractions (0.36, not 36); `unemployment_rate` is in percent, of the applicant's industry;
 * a credit score of 1 is the best.
 */
export type Application = Readonly<Record<NumberColumn, number> & Record<YesNoColumn, YesNo>> & {
  readonly applicant_id?: string;
};

/** A refused application: the field at fault (null if the body is not an object at all) and what to send instead. */
export interface ApplicationFault {
  readonly field: string | null;
  readonly message: string;
}

export type ParsedApplication =
  | { readonly ok: true; readonly application: Application }
  | { readonly ok: false; readonly fault: ApplicationFault };

/**
 * Checks a decoded JSON body. Every column but `applicant_id` is required, the unused ones too: a caller that
 * forgets one finds out here. Fields of other names are ignored, and so is `denied`: no model may see the truth.
 */
export function parseApplication(body: unknown): ParsedApplication {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refuse(
      null,
      `the body must be a JSON object with the columns of an application, found ${show(body)}`,
    );
  }
  const fields = new Map<string, unknown>(Object.entries(body));

  const id = fields.get('applicant_id');
  if (id !== undefined && typeof id !== 'string') {
    return refuse('applicant_id', `applicant_id must be a string or left out, found ${show(id)}`);
  }
  for (const [column, { least, most, whole }] of Object.entries(numberColumns)) {
    const value = fields.get(column);
    const fits =
      typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!fits) {
      const kind = whole ? 'a whole number' : 'a number';
      return refuse(column, `${column} must be ${kind} from ${least} to ${most}, found ${show(value)}`);
    }
  }
  for (const column of yesNoColumns) {
    const value = fields.get(column);
    if (value !== 'yes' && value !== 'no') {
      return refuse(column, `${column} must be "yes" or "no", found ${show(value)}`);
    }
  }

  const names = [
    ...(id === undefined ? [] : ['applicant_id']),
    ...Object.keys(numberColumns),
    ...yesNoColumns,
  ];
  return {
    ok: true,
    application: Object.fromEntries(names.map((name) => [name, fields.get(name)])) as Application,
  };
}

function refuse(field: string | null, message: string): ParsedApplication {
  return { ok: false, fault: { field, message } };
}

/** A value as the caller sent it, cut to a length that fits into a message. */
function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
