import { type Applicant, toApplication } from '@understudy/example-mortgage';

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
  for (let sent = 0; sent < requests; sent += 1) {
    const applicant = applicants[sent % applicants.length];
    if (applicant === undefined) return;
    const round = Math.floor(sent / applicants.length) + 1;
    const id = round === 1 ? applicant.applicant_id : `${applicant.applicant_id}-${round}`;
    yield { id, body: JSON.stringify({ ...toApplication(applicant), applicant_id: id }) };
  }
}
