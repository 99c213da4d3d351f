import { createHash } from 'node:crypto';
import type { Applicant } from './applicants.ts';

export type Half = 'training' | 'traffic';

/**
 * Which half an applicant belongs to: the first byte of the SHA-256 of `applicant_id`; even is training, odd is
 * traffic. It depends on nothing but the id, so Python's training and this agree, whatever the order of the rows.
 */
export function halfOf(applicantId: string): Half {
  const [firstByte = 0] = createHash('sha256').update(applicantId).digest();
  return firstByte % 2 === 0 ? 'training' : 'traffic';
}

/** The applicants that no model was trained on: 1,226 of the 2,380. */
export function trafficHalf(applicants: readonly Applicant[]): Applicant[] {
  return applicants.filter(({ applicant_id }) => halfOf(applicant_id) === 'traffic');
}
