/** What `understudy verify --bundle` runs: checks a bundle by itself, without a log. */
import { readFileSync } from 'node:fs';
import { readBundle } from './read-bundle.ts';
import { checkBundle } from './check-bundle.ts';
import { checksText } from './checks-text.ts';

const cannotTell = 2;

try {
  const bundle = readBundle(readFileSync(process.argv[2] ?? '', 'utf8'));
  const checks = checkBundle(bundle);
  process.stdout.write(checksText(bundle, checks));
  process.exitCode = checks.every(({ holds }) => holds) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = cannotTell;
}
