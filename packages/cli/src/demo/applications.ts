import { type Applicant, toApplication } from '@understudy/example-mortgage';
import type { Outcome } from './outcomes.ts';

/** One request to the model. */
export interface ModelRequest {
  /** The caller's request id. */
  readonly id: string;
  /** An application as JSON. */
  readonly body: string;
}

/** So many requests. When there are no more applicants they come again, under new ids. */
export function* applications(
  applicants: readonly Applicant[],
  requests: number,
): Generator<ModelRequest, void, undefined> {
  for (const { id, applicant } of sent(applicants, requests))
    yield { id, body: JSON.stringify({ ...toApplication(applicant), applicant_id: id }) };
}

/** What the lender decided about each of these requests. */
export function* outcomesOf(
  applicants: readonly Applicant[],
  requests: number,
): Generator<Outcome, void, undefined> {
  for (const { id, applicant } of sent(applicants, requests))
    yield { requestId: id, decision: applicant.denied === 'yes' ? 'denied' : 'approved' };
}

function* sent(
  applicants: readonly Applicant[],
  requests: number,
): Generator<{ readonly id: string; readonly applicant: Applicant }, void, undefined> {
  for (let n = 0; n < requests; n += 1) {
    const applicant = applicants[n % applicants.length];
    if (applicant === undefined) return;
    const round = Math.floor(n / applicants.length) + 1;
    const id = round === 1 ? applicant.applicant_id : `${applicant.applicant_id}-${round}`;
    yield { id, applicant };
  }
}
