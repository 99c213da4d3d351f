import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileComparison } from '@understudy/comparison';
import { type LabelRules, readLabelLine } from './label-lines.ts';

const rules: LabelRules = {
  plans: new Map([
    ['mortgage', compileComparison({ kind: 'class', label: '/decision' })],
    ['quotes', compileComparison({ kind: 'number', value: '/price' })],
    ['search', compileComparison({ kind: 'json' })],
  ]),
  experiment: null,
};
const forMortgage = { ...rules, experiment: 'mortgage' };

function read(line: string, by = rules): string {
  const found = readLabelLine(line, by);
  if (found.kind !== 'label') return found.kind === 'blank' ? 'blank' : found.problem;
  const { requestId, experiment, value } = found.label;
  return `${requestId} ${experiment} ${value}`;
}

test('a line of JSON is a label', () => {
  assert.equal(read('{"requestId":"a","experiment":"mortgage","value":"approved"}'), 'a mortgage "approved"');
  assert.equal(read('{"requestId":"a","value":2,"experiment":"quotes","more":0}', forMortgage), 'a quotes 2');
  assert.equal(read('{"requestId":"a","value":true}', forMortgage), 'a mortgage true');
});

test('a line of two columns is a label: its value is JSON, else text', () => {
  assert.equal(read('a,approved', forMortgage), 'a mortgage "approved"');
  assert.equal(read(' a , 1 ', forMortgage), 'a mortgage 1');
  assert.equal(read('a,"1"', forMortgage), 'a mortgage "1"');
  assert.equal(read('a,one, two', forMortgage), 'a mortgage "one, two"');
});

test('blank lines and names of columns are nothing', () => {
  for (const line of ['', '  ', 'id,value', 'request_id, value', 'requestId,value'])
    assert.equal(read(line, forMortgage), 'blank');
});

test('what is wrong with a line says what to do', () => {
  assert.match(read('{"requestId":'), /no JSON/);
  assert.match(read('a'), /neither JSON nor id,value/);
  assert.match(read('{"experiment":"mortgage","value":1}'), /no requestId: the x-request-id/);
  assert.match(read(',approved', forMortgage), /no requestId/);
  assert.match(read('a,approved'), /give --experiment/);
  assert.match(
    read('{"requestId":"a","experiment":"loans","value":1}'),
    /there are: mortgage, quotes, search/,
  );
  assert.match(read('{"requestId":"a","experiment":"search","value":1}'), /kind: json/);
  assert.match(read('{"requestId":"a","experiment":"quotes","value":"cheap"}'), /"cheap" is no number/);
  assert.match(read('{"requestId":"a","experiment":"mortgage"}'), /no value is no class/);
  assert.match(read('{"requestId":"a","experiment":"mortgage","value":{}}'), /\{\} is no class/);
});
