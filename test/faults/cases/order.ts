import type { FaultCase } from '../fault-case.ts';
import { here, ofStreams } from './references.ts';

/** Faults of the order in which things come, and of the models that are called. */
export const ofOrder: readonly FaultCase[] = [
  {
    name: 'interleavings',
    numbers: [27, 43],
    fault: 'any interleaving of the inputs, any batches, killed anywhere: seeded',
    holds: 'the same bytes come out',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/comparator/src/join.test.ts',
        names: ['any interleaving of the inputs gives the same entries'],
      },
      {
        file: 'services/comparator/test/repeatable.test.ts',
        names: [
          'any interleaving, batching and killing of a lane publishes the same bytes',
          'every sampled request is in exactly one window',
        ],
      },
    ],
  },
  {
    name: 'simulated',
    numbers: [43],
    fault: 'kills, freezes, losses and late commits between any two steps, over a simulated Kafka: seeded',
    holds:
      'each window once, with the bytes of an undisturbed pass; one first response to each request, in order',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/comparator/test/simulated.test.ts',
        names: ['whatever goes wrong, a lane publishes each window once'],
      },
      {
        file: 'services/shadow-invoker/test/simulated.test.ts',
        names: ['whatever goes wrong, each request has one first response'],
      },
    ],
  },
  {
    name: 'ten-passes',
    numbers: [27],
    fault: 'one log is judged ten times, by one to three processes that are killed',
    holds: 'the same bytes each time; computing a window again from the log gives what was published',
    brokers: 1,
    choice: 'long',
    tests: [
      { file: 'test/e2e/passes.e2e.test.ts', names: ['ten passes over one log publish the same bytes'] },
    ],
  },
  {
    name: 'clock-ahead',
    numbers: [28],
    fault: 'a record is more than 60 s ahead of its reader’s clock, as of a broker whose clock is wrong',
    holds: 'its partition halts before it is taken, and no other; no window is invented',
    brokers: 1,
    choice: 'short',
    tests: [ofStreams('clock-ahead', 'halts its partition before it is taken, and no other')],
  },
  {
    name: 'clocks-off',
    numbers: [29],
    fault: 'the clocks of those who publish are off by up to 5 s, and jump, backwards too',
    holds: 'windows are those of the log’s time; the oracle finds nothing',
    brokers: 1,
    choice: 'long',
    tests: [here('inputs', 'the clocks of those who publish are off by up to 5 s')],
  },
  {
    name: 'replay-beside-live',
    numbers: [40],
    fault: 'a replay of the past runs beside the live lane, over the same records',
    holds: 'it finds what the live lane found, and leaves that alone',
    brokers: 1,
    choice: 'long',
    tests: [
      { file: 'test/e2e/replay.e2e.test.ts', names: ['a replay of the past finds what the live lane found'] },
    ],
  },
  {
    name: 'judged-again',
    numbers: [39],
    fault: 'offsets are reset, of one partition, of all, of one input only, while an alert fires',
    holds:
      'the same windows come out as the same bytes; nobody is told of an alert twice; a frozen owner can’t undo it',
    brokers: 1,
    choice: 'long',
    tests: [
      {
        file: 'test/e2e/rejudge-by-reset.e2e.test.ts',
        names: ['offsets that Kafka’s own tool has reset are judged again'],
      },
      {
        file: 'packages/streams/src/lanes/resets/settle-reset.integration.test.ts',
        names: ['is carried out once for all tasks, and a frozen owner can not undo it'],
      },
    ],
  },
  {
    name: 'edges',
    numbers: [26],
    fault:
      'a response at the first and the last moment that counts, before its request, or a moment beyond; a start between any two records',
    holds: 'what counts is fixed by the log’s times alone',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/comparator/src/join.test.ts',
        names: [
          'a production response counts from 10 s before its request',
          'a start at any time gives the entries from there on',
        ],
      },
    ],
  },
  {
    name: 'duplicates',
    numbers: [25],
    fault: 'a request or a response twice, a response without a request, a request without a response',
    holds: 'the first response in the log counts, for every request of that id; each request has one fate',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/comparator/src/join.test.ts',
        names: [
          'of several responses the first in the log counts',
          'a request without a production response holds its window open',
        ],
      },
      {
        file: 'services/comparator/test/log-is-the-clock.test.ts',
        names: ['an id on both sides of a window’s edge is in both windows, wherever a process is killed'],
      },
    ],
  },
  {
    name: 'idle-inputs',
    numbers: [28],
    fault: 'a lane without traffic beside one with, and partitions in which nothing happens',
    holds: 'windows are passed over without being written; nothing that is needed is lost to retention',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/comparator/test/quiet-experiment.test.ts',
        names: ['a lane without traffic follows the responses'],
      },
    ],
  },
  {
    name: 'alerts',
    numbers: [39],
    fault: 'a process is killed anywhere while an alert begins or ends',
    holds: 'it begins once and ends once',
    brokers: 1,
    choice: 'short',
    tests: [
      { file: 'services/comparator/test/repeatable.test.ts', names: ['an alert begins once and ends once'] },
    ],
  },
  {
    name: 'shadow-down',
    numbers: [30],
    fault: 'a shadow fails, hangs, refuses connections, or is down',
    holds:
      'each is a response with its reason; a shadow that is down pauses its lane, and every request is answered',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/shadow-invoker/src/invoker-task.test.ts',
        names: ['an error, a hang and a refused connection are responses'],
      },
      {
        file: 'services/shadow-invoker/test/retries.integration.test.ts',
        names: ['a shadow that goes down pauses its lane'],
      },
    ],
  },
  {
    name: 'retries',
    numbers: [31],
    fault: 'calls fail again and again, and the invoker changes meanwhile',
    holds: 'nothing before its time, one copy at each step, then one dead letter',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/shadow-invoker/src/invoker-retries.test.ts',
        names: ['a record is taken when its delay has passed, and not before'],
      },
      {
        file: 'services/shadow-invoker/test/retries.integration.test.ts',
        names: ['an invoker that had no retries before goes on where it was'],
      },
    ],
  },
  {
    name: 'redriven-twice',
    numbers: [32],
    fault: 'dead letters are sent back twice, and by several at once',
    holds: 'one copy of each',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'packages/streams/test/settle-letters.integration.test.ts',
        names: [
          'redriven twice is once',
          'several who redrive the same letters at once',
          'a settlement that a stranger',
        ],
      },
    ],
  },
  {
    name: 'started-at-once',
    numbers: [16],
    fault: 'many processes begin the same lane at once, while a stranger’s transaction hides what they write',
    holds: 'its run is recorded once',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'packages/streams/test/runs.integration.test.ts',
        names: ['is recorded once, however many ask for it at once', 'is recorded once though another lane'],
      },
    ],
  },
];
