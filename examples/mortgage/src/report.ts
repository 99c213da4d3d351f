/** Prints README.md's two tables: `node examples/mortgage/src/report.ts`. */
import { accuracyTable, agreementTable } from './agreement.ts';
import { loadApplicants } from './applicants.ts';
import { trafficHalf } from './split.ts';

const applicants = trafficHalf(loadApplicants());
process.stdout.write(`${accuracyTable(applicants)}\n\n${agreementTable(applicants)}\n`);
