import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The data folder: what was downloaded, and one folder per running instance. UNDERSTUDY_HOME if set, else `.understudy` in the project's root. */
export function dataFolder(): string {
  const fromEnvironment = process.env['UNDERSTUDY_HOME'];
  return fromEnvironment === undefined || fromEnvironment === ''
    ? resolve(PROJECT_ROOT, '.understudy')
    : resolve(fromEnvironment);
}
