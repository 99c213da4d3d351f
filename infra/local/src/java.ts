import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const OLDEST_JAVA = 17;
const ASK_WITHIN_MS = 30_000;
const run = promisify(execFile);

/** JAVA_HOME's java if that is set, else the one on the PATH. */
export function javaCommand(): string {
  const home = process.env['JAVA_HOME'];
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
}

/** Throws a sentence that says what to install unless there is a Java of at least 17. */
export async function requireJava(): Promise<void> {
  const howTo =
    'install it (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17) or set JAVA_HOME to where it is';
  const version = await javaVersion();
  if (version === null)
    throw new Error(
      `Kafka needs Java ${OLDEST_JAVA} or newer and \`${javaCommand()}\` does not run: ${howTo}`,
    );
  if (version < OLDEST_JAVA)
    throw new Error(
      `Kafka needs Java ${OLDEST_JAVA} or newer and \`${javaCommand()}\` is Java ${version}: ${howTo}`,
    );
}

/** Throws a sentence that says what to install unless there is Maven. */
export async function requireMaven(): Promise<void> {
  try {
    await run('mvn', ['--version'], { timeout: ASK_WITHIN_MS });
  } catch (cause) {
    throw new Error(
      'Kafka is downloaded with Maven, once, and `mvn` does not run: install it (Debian, Ubuntu: apt-get install maven; macOS: brew install maven)',
      { cause },
    );
  }
}

async function javaVersion(): Promise<number | null> {
  try {
    const { stderr, stdout } = await run(javaCommand(), ['-version'], { timeout: ASK_WITHIN_MS });
    return parseJavaVersion(stderr + stdout);
  } catch {
    return null;
  }
}

/** The feature release in the output of `java -version`: 17 for "17.0.15", 8 for "1.8.0_292"; null if there is none. */
export function parseJavaVersion(output: string): number | null {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match === null ? null : Number(match[1]);
}
