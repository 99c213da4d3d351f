/**
 * What comparing two answers costs, by kind: CPU of this process per comparison, the least of five rounds. Bodies have
 * about 1 KB, texts 1,000 words.
 *
 *     node test/bench/comparison-cost.ts [name of a case, default all]
 *
 * rouge-score 0.1.2 on Python 3.11 took 250 ms for the two texts of the case rouge-l, 276 ms with its stemmer, on the
 * machine where this took 0.43 and 0.47 ms.
 */
import { type Answer, compareAnswers, compileComparison, rougeL } from '@understudy/comparison';
import { random, type Random, words } from './support/texts.ts';

const rounds = 5;
const roundMs = 300;

const next = random(1);
const record = recordOf(next);
const other = { ...record, score: record.score + 0.01, lines: record.lines.toReversed() };
const [reference, candidate] = [words(next, 1_000), words(next, 1_000)];
const texts = { reference: reference.join(' '), candidate: mixed(next, reference, candidate).join(' ') };

const cases: Readonly<Record<string, () => unknown>> = {
  class: comparing({ kind: 'class', label: '/decision', score: '/score' }, record, other),
  number: comparing({ kind: 'number', value: '/score', relativeTolerance: 0.1 }, record, other),
  'json, equal': comparing({ kind: 'json' }, record, { ...record, id: 'b' }),
  'json, different': comparing({ kind: 'json' }, record, other),
  'embedding, 1536 dimensions, with its JSON': comparing(
    { kind: 'embedding', vector: '' },
    vectorOf(next),
    vectorOf(next),
  ),
  'text, edit distance': comparing(
    { kind: 'text', metric: 'edit-distance' },
    texts.reference,
    texts.candidate,
  ),
  'rouge-l': () => rougeL(texts),
  'rouge-l, stemmed': () => rougeL({ ...texts, stem: true }),
};

function comparing(
  options: Parameters<typeof compileComparison>[0],
  production: unknown,
  shadow: unknown,
): () => unknown {
  const plan = compileComparison(options);
  const [a, b] = [answer(production), answer(shadow)];
  return () => compareAnswers(plan, a, b);
}

function answer(value: unknown): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return { status: 200, contentType: 'application/json', body, truncated: false };
}

function vectorOf(next: Random): readonly number[] {
  return Array.from({ length: 1_536 }, () => Math.fround(next() - 0.5));
}

/** About 1 KB of JSON, of the kinds of values that answers have. */
function recordOf(next: Random) {
  return {
    id: 'a',
    decision: 'approved',
    score: next(),
    reasons: words(next, 8),
    lines: Array.from({ length: 10 }, (_, line) => ({
      sku: `item-${line}`,
      amount: Math.round(next() * 10_000) / 100,
      taxed: next() < 0.5,
      note: words(next, 4).join(' '),
    })),
  };
}

/** Every fifth word from another text. */
function mixed(next: Random, text: readonly string[], others: readonly string[]): readonly string[] {
  return text.map((word, place) => (next() < 0.2 ? (others[place] ?? word) : word));
}

function cpuMicroseconds(work: () => unknown): number {
  const until = performance.now() + roundMs;
  const before = process.cpuUsage();
  let calls = 0;
  while (performance.now() < until) {
    for (let call = 0; call < 10; call++) work();
    calls += 10;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const [chosen] = process.argv.slice(2);
const measured = Object.entries(cases)
  .filter(([name]) => chosen === undefined || name === chosen)
  .map(([name, work]) => {
    const times = Array.from({ length: rounds }, () => cpuMicroseconds(work));
    return [name, Math.round(Math.min(...times) * 100) / 100] as const;
  });
process.stdout.write(`${JSON.stringify({ cpuMicroseconds: Object.fromEntries(measured) }, null, 2)}\n`);
