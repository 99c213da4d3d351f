import type { FaultCase } from '../fault-case.ts';
import { here, ofStreams } from './references.ts';

/** Faults of brokers and of the registry. */
export const ofBrokers: readonly FaultCase[] = [
  {
    name: 'broker-killed',
    numbers: [12],
    fault: 'the only broker is killed under load, three times',
    holds: 'the oracle finds nothing',
    brokers: 1,
    choice: 'short',
    tests: [here('one-broker', 'the broker is killed three times')],
  },
  {
    name: 'broker-frozen',
    numbers: [12, 11],
    fault: 'the only broker stands still for 20 s',
    holds: 'the oracle finds nothing',
    brokers: 1,
    choice: 'long',
    tests: [here('one-broker', 'the broker stands still for 20 s and goes on')],
  },
  {
    name: 'disk-full',
    numbers: [41],
    fault: 'no file of the only broker can grow any more: it gives up, and is started again with room',
    holds: 'what was acknowledged is there; the oracle finds nothing',
    brokers: 1,
    choice: 'long',
    tests: [here('one-broker', 'the broker’s disk takes nothing any more')],
  },
  {
    name: 'registry-at-start',
    numbers: [22],
    fault: 'the schema registry is away while services start',
    holds: 'they wait for it; nothing goes to the dead letters for it; the oracle finds nothing',
    brokers: 1,
    choice: 'long',
    tests: [
      here('one-broker', 'the registry is away while services start'),
      {
        file: 'packages/streams/src/registry/record-registry.integration.test.ts',
        names: ['a registry that is away at start is waited for'],
      },
    ],
  },
  {
    name: 'registry-killed',
    numbers: [22],
    fault:
      'the registry is killed under load for 20 s, and processes that have nothing in their caches start',
    holds: 'tasks wait; nothing goes to the dead letters for it; the oracle finds nothing',
    brokers: 1,
    choice: 'long',
    tests: [here('one-broker', 'the registry is killed under load and stays away for 20 s')],
  },
  {
    name: 'leader-lost',
    numbers: [9],
    fault: 'of three brokers one dies under sends to several partitions',
    holds: 'each record is in the log; the bare client acknowledges some that it never sent',
    brokers: 3,
    choice: 'short',
    tests: [
      ofStreams('lost-sends.canary', 'bare kafkajs acknowledges what it never sent; the sender delivers it'),
    ],
  },
  {
    name: 'end-left-out',
    numbers: [12, 15],
    fault: 'transactions end while one of their partitions has no leader: Kafka leaves the end out there',
    holds:
      'the next owner ends them there as elsewhere; with the bare client half of what was committed is lost',
    brokers: 3,
    choice: 'short',
    tests: [
      ofStreams(
        'lost-markers.canary',
        'its next owner ends it there as it ended elsewhere; bare kafkajs aborts what was committed',
      ),
    ],
  },
  {
    name: 'rolling-kill',
    numbers: [13],
    fault: 'of three brokers one after the other is killed, five times',
    holds: 'the oracle finds nothing',
    brokers: 3,
    choice: 'long',
    tests: [here('three-brokers', 'one broker after the other is killed, five times')],
  },
  {
    name: 'rolling-restart',
    numbers: [13],
    fault: 'of three brokers one after the other is restarted',
    holds: 'the oracle finds nothing',
    brokers: 3,
    choice: 'long',
    tests: [here('three-brokers', 'one broker after the other is restarted')],
  },
  {
    name: 'coordinators-killed',
    numbers: [14],
    fault: 'the brokers that coordinate a lane’s groups and transactions are killed',
    holds: 'the oracle finds nothing',
    brokers: 3,
    choice: 'long',
    tests: [here('three-brokers', 'the brokers that coordinate a group and its transactions are killed')],
  },
  {
    name: 'two-of-three-away',
    numbers: [15],
    fault: 'two of three brokers are away for 30 s: nothing can be confirmed',
    holds: 'what was acknowledged is there; the oracle finds nothing',
    brokers: 3,
    choice: 'long',
    tests: [here('three-brokers', 'two of three brokers are away for 30 s')],
  },
  {
    name: 'gateway-without-kafka',
    numbers: [33],
    fault: 'Kafka is killed under the gateway, and is away when it starts',
    holds: 'every caller is answered in time; what is not published is counted by reason',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'services/gateway/src/outage.integration.test.ts',
        names: [
          'Kafka killed in the middle: every caller is answered in time',
          'Kafka and the registry away at start',
        ],
      },
    ],
  },
  {
    name: 'client-outage',
    numbers: [33],
    fault: 'Kafka is away for a sender',
    holds: 'everything waits, in order, within its limits; the bare client gives up at once',
    brokers: 1,
    choice: 'short',
    tests: [
      ofStreams('outage.canary', 'Kafka is away'),
      ofStreams(
        'sender',
        'Kafka is away for a while: everything waits',
        'a full queue refuses at once',
        'after the delivery time-out a batch is rejected',
      ),
    ],
  },
];
