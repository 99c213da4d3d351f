import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSymmetric, bodies, jsonAnswer, textAnswer } from '../../test/answers.ts';
import type { Answer } from '../answer.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Compared } from '../comparison.ts';
import { type ComparisonOptions, compileComparison } from '../comparison-plan.ts';

function compared(options: ComparisonOptions, a: Answer, b: Answer): Compared {
  const found = compareAnswers(compileComparison(options), a, b);
  assert.ok(found.outcome !== 'not-comparable', JSON.stringify(found));
  return found;
}

function reason(options: ComparisonOptions, answer: Answer): string {
  const found = compareAnswers(compileComparison(options), answer, answer);
  return found.outcome === 'not-comparable' ? found.reason : found.outcome;
}

/** The differences as `category path production shadow`. */
function lines({ differences }: Compared): string[] {
  return differences.map(({ category, path, production, shadow }) =>
    [category, path, production ?? '-', shadow ?? '-'].join(' '),
  );
}

const bytes: ComparisonOptions = { kind: 'bytes' };

test('bytes: bodies are the same or differ, and are named by size and digest', () => {
  const [a, b] = [textAnswer('abc'), { ...textAnswer(''), body: Uint8Array.of(0xff, 0) }];
  assert.equal(compared(bytes, b, b).score, 1);
  const found = compared(bytes, a, b);
  assert.equal(found.score, 0);
  // As sha256sum gives them; the first is FIPS 180's own example.
  assert.deepEqual(lines(found), [
    'bytes  {"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","size":3} {"sha256":"ea5dbf9596d187e9500f23e9a680109475341cf4e81f7e043f7d97152c10772f","size":2}',
  ]);
});

const stream: ComparisonOptions = { kind: 'stream', text: '/choices/0/delta/content', minimum: 1 };

function sse(...pieces: readonly string[]): Answer {
  const events = pieces.map(
    (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
  );
  return textAnswer(`: hello\n${events.join('')}data: {"choices":[{"delta":{}}]}\n\ndata: [DONE]\n\n`);
}

test('stream: what counts is the whole text, not how it was cut', () => {
  assert.equal(compared(stream, sse('The cat', ' sat'), sse('T', 'he c', 'at sat')).outcome, 'agree');
  const found = compared(stream, sse('The cat'), sse('The', ' dog'));
  assert.equal(found.score, 0.5);
  assert.deepEqual(lines(found), ['text /choices/0/delta/content "The cat" "The dog"']);
});

test('stream: lines of JSON, and events that are the text themselves', () => {
  const ndjson: ComparisonOptions = { kind: 'stream', format: 'ndjson', text: '$.response', metric: 'exact' };
  const a = textAnswer('{"response":"a b"}\n{"response":"c"}\n{"done":true}\n');
  assert.equal(compared(ndjson, a, textAnswer('{"response":"a bc"}\r\n')).score, 1);
  const plain: ComparisonOptions = { kind: 'stream', metric: 'exact' };
  const lined = textAnswer('event: x\r\ndata:a\r\ndata: b\r\n\r\ndata\n\ndata: c');
  assert.equal(compared(plain, lined, textAnswer('data: a\ndata: bc\n\n')).score, 1);
});

test('stream: one without events, or with one that can’t be read, is not comparable', () => {
  assert.equal(reason(stream, textAnswer('{"a":1}')), 'both-stream-without-events');
  assert.equal(reason(stream, textAnswer('data: [DONE]\n\n')), 'both-stream-without-events');
  assert.equal(reason(stream, textAnswer('data: {"a"\n\n')), 'both-event-not-json');
  assert.equal(reason(stream, { ...textAnswer(''), body: Uint8Array.of(0xff) }), 'both-not-utf8');
  assert.equal(reason(stream, sse('')), 'agree');
});

const tools: ComparisonOptions = { kind: 'tool-calls', calls: '/tool_calls' };

function calls(...list: readonly (readonly [name: string, args: unknown])[]): Answer {
  return jsonAnswer({
    tool_calls: list.map(([name, args], id) => ({ id, function: { name, arguments: args } })),
  });
}

test('tool calls: order and the spelling of arguments don’t matter, what they are does', () => {
  const a = calls(['weather', '{"city":"Bonn","days":2}'], ['time', {}], ['weather', { city: 'Rom' }]);
  const b = calls(['weather', { city: 'Rom' }], ['weather', '{"days":2, "city":"Bonn"}'], ['time', '{}']);
  assert.deepEqual(compared(tools, a, b).score, 1);
  const found = compared(tools, a, calls(['weather', { city: 'Bonn', days: 3 }], ['map', {}]));
  assert.deepEqual(lines(found), [
    'extra /map - [{}]',
    'missing /time [{}] -',
    'size /weather 2 1',
    'number /weather/0/days 2 3',
  ]);
});

test('tool calls: with an order, calls are compared one by one', () => {
  const ordered = { ...tools, ordered: true } as const;
  const [a, b] = [calls(['a', {}], ['b', { x: 1 }]), calls(['b', { x: 1 }], ['a', {}])];
  assert.deepEqual(compared(ordered, a, b).categories, ['order']);
  assert.deepEqual(lines(compared(ordered, a, calls(['a', {}], ['b', { x: 2 }]))), [
    'number /1/arguments/x 1 2',
  ]);
});

test('tool calls: what is ignored, and rules, are for arguments, in either order', () => {
  const rules = [{ path: '/x', absoluteTolerance: 1 }];
  const [a, b] = [calls(['a', { x: 1, id: 1 }]), calls(['a', '{"x":2,"id":5}'])];
  for (const ordered of [false, true]) {
    assert.equal(compared({ ...tools, ordered, rules, ignore: ['/id'] }, a, b).score, 1);
  }
});

test('tool calls: no list is no call, and what can’t be read is not comparable', () => {
  assert.equal(compared(tools, jsonAnswer({}), jsonAnswer({ tool_calls: null })).score, 1);
  assert.deepEqual(lines(compared(tools, calls(['a', {}]), jsonAnswer({}))), ['missing /a [{}] -']);
  assert.equal(reason(tools, jsonAnswer({ tool_calls: 'a' })), 'both-calls-wrong-type');
  assert.equal(reason(tools, jsonAnswer({ tool_calls: [{}] })), 'both-calls-without-name');
  assert.equal(reason(tools, calls(['a', '{'])), 'both-arguments-not-json');
});

test('swapping the sides changes names only', () => {
  const pieces = fc.array(fc.constantFrom('a', ' b', 'c d'), { maxLength: 4 });
  assertSymmetric(
    stream,
    pieces.map((list) => sse(...list)),
  );
  assertSymmetric(bytes, fc.constantFrom(textAnswer('a'), textAnswer('b')));
  const list = fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__'), bodies), { maxLength: 3 });
  for (const ordered of [false, true]) {
    assertSymmetric(
      { ...tools, ordered },
      list.map((given) => calls(...given)),
    );
  }
});
