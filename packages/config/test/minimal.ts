import { type Config, ConfigError, parseConfig, type Problem } from '../src/index.ts';

/** The shortest configuration there is: only what is required. */
export const minimalYaml = `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:9001' }
    shadows:
      - { name: boosted, url: 'http://127.0.0.1:9002' }
    comparison: { kind: class, label: /decision }
`;

export function parse(text: string, env: Readonly<Record<string, string>> = {}): Config {
  return parseConfig({ text, file: 'understudy.yaml', env });
}

/** `minimalYaml` with one piece of it replaced. */
export function minimalWith(piece: string, replacement: string): string {
  if (!minimalYaml.includes(piece)) throw new Error(`minimalYaml has no ${piece}`);
  return minimalYaml.replace(piece, () => replacement);
}

/** The problems of a text that must have some. */
export function problemsIn(text: string, env: Readonly<Record<string, string>> = {}): readonly Problem[] {
  try {
    parse(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the configuration has no problems');
}

/** The only problem of a text, as `path: found` and what is allowed. */
export function onlyProblem(text: string, env: Readonly<Record<string, string>> = {}): Problem {
  const [problem, ...others] = problemsIn(text, env);
  if (problem === undefined || others.length > 0) throw new Error(`${1 + others.length} problems`);
  return problem;
}
