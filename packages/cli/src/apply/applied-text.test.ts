import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExperimentConfig, parseConfig } from '@understudy/config';
import { firstRevision, type Revision } from '@understudy/streams';
import { appliedText } from './applied-text.ts';

function experiment(more = '', shadow = ''): ExperimentConfig {
  const text = `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:9001' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:9002'${shadow} }]
    comparison: { kind: class, label: /decision }
${more}`;
  const [found] = parseConfig({ text, file: 'test.yaml', env: {} }).experiments;
  assert.ok(found);
  return found;
}

const first = firstRevision(experiment());
const next = (given: ExperimentConfig): Revision => ({
  ...firstRevision(given),
  number: 2,
  fromMs: Date.UTC(2026, 0, 31, 12),
});

test('what changes, and from when it holds: at a boundary where it judges, at once where it acts', () => {
  const changed = experiment('    sampling: { rate: 0.5 }\n    redact: { headers: [x-a] }', ', timeout: 2s');
  assert.equal(
    appliedText({ before: first, revision: next(changed) }),
    [
      'mortgage: revision 2',
      '  judges requests from 2026-01-31T12:00:00.000Z on',
      '    sampling.rate  1 -> 0.5',
      '  acts from now on, in every shadow-invoker',
      '    shadows.boosted.timeout  500ms -> 2s',
      '  acts in a gateway when it is started with this config',
      '    redact.headers  ["authorization","cookie","proxy-authorization","set-cookie","x-api-key"] -> ' +
        '["authorization","cookie","proxy-authorization","set-cookie","x-api-key","x-a"]',
      '',
    ].join('\n'),
  );
});

test('a part of which nothing changes is not named', () => {
  const text = appliedText({ before: first, revision: next(experiment('    sampling: { rate: 0.5 }')) });
  assert.doesNotMatch(text, /acts/);
});

test('the first revision, and one that was there already', () => {
  assert.equal(
    appliedText({ before: null, revision: first }),
    'mortgage: revision 1, the first; it holds from the beginning\n',
  );
  assert.equal(
    appliedText({ before: first, revision: first }),
    'mortgage: nothing differs from revision 1\n',
  );
});
