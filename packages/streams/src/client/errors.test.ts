import assert from 'node:assert/strict';
import { test } from 'node:test';
import './kafkajs.ts'; // kafkajs is loaded after its guards
import kafkajs from 'kafkajs';
import { protocolErrorType, StreamsError, toStreamsError } from './errors.ts';

/** As kafkajs makes them: the protocol's entry, wrapped once by the retrier. */
function protocolError(type: string, message: string, retriable: boolean): Error {
  const entry = Object.assign(new Error(message), { type, code: 0, retriable });
  return new kafkajs.KafkaJSProtocolError(entry);
}

test('an error keeps its code, cause and whether trying again may help', () => {
  const cause = new Error('boom');
  const error = new StreamsError('queue-full', 'no room', { cause });
  assert.equal(error.retriable, true);
  assert.equal(error.cause, cause);
  assert.equal(new StreamsError('fenced', 'other owner').retriable, false);
});

test('fencing is recognised, also under the code that kafkajs does not know', () => {
  const byEpoch = protocolError('INVALID_PRODUCER_EPOCH', 'old epoch', false);
  const byCode = protocolError('KAFKAJS_UNKNOWN_ERROR_CODE', 'Unknown error code 90', false);
  assert.equal(toStreamsError(byEpoch, 'commit').code, 'fenced');
  assert.equal(toStreamsError(byCode, 'commit').code, 'fenced');
  assert.equal(protocolErrorType(byCode), 'PRODUCER_FENCED');
});

test('another unknown code is not taken for fencing', () => {
  const other = protocolError('KAFKAJS_UNKNOWN_ERROR_CODE', 'Unknown error code 901', false);
  assert.equal(toStreamsError(other, 'commit').code, 'unknown');
});

test('the reason is found below what kafkajs wraps around it', () => {
  const refused = protocolError('MESSAGE_TOO_LARGE', 'too large', false);
  const wrapped = new kafkajs.KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 5, retryTime: 1 });
  const again = new StreamsError('unknown', 'gave up', { cause: wrapped });
  assert.equal(protocolErrorType(again), 'MESSAGE_TOO_LARGE');
  assert.equal(toStreamsError(wrapped, 'send').code, 'record-refused');
});

test('errors of connections pass, errors of ours do not', () => {
  const closed = new kafkajs.KafkaJSConnectionError('Connection error: reset');
  assert.equal(toStreamsError(closed, 'read').code, 'kafka-unavailable');
  assert.equal(toStreamsError(closed, 'read').retriable, true);
  assert.equal(toStreamsError(new TypeError('x is not a function'), 'read').code, 'unknown');
  assert.equal(toStreamsError('text', 'read').message, 'Kafka: could not read: text');
});

test('an error that is classified already stays the same object', () => {
  const error = new StreamsError('closed', 'closed');
  assert.equal(toStreamsError(error, 'read'), error);
});
