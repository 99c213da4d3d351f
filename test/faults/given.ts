import { randomInt } from 'node:crypto';

/** The seed of a proof: `UNDERSTUDY_PROOF_SEED`, or one that is drawn. Each proof tells it. */
export function givenSeed(): number {
  return Number(process.env['UNDERSTUDY_PROOF_SEED'] ?? randomInt(2 ** 31));
}

/** Of a test of the suite. Most take a minute; on a machine with other work, where brokers start for long, five. */
export const limitMs = 600_000;

/** Of a proof in which processes or brokers suffer: enough for windows that matter, and no more than the machine bears. */
export const requestsPerSecond = 100;
