import type { FaultCase } from '../fault-case.ts';
import { ofStreams } from './references.ts';

/** Faults of what is in the log, or is not any more. */
export const ofTheLog: readonly FaultCase[] = [
  {
    name: 'topic-mismatch',
    numbers: [18],
    fault: 'an input has another number of partitions than the others',
    holds: 'refused, with what was found and what to do; the gateway publishes nothing and says why',
    brokers: 1,
    choice: 'short',
    tests: [
      ofStreams('admin', 'names every mismatch'),
      {
        file: 'services/gateway/src/gateway.integration.test.ts',
        names: ['topics with another number of partitions: production answers'],
      },
    ],
  },
  {
    name: 'partitions-added',
    numbers: [18],
    fault: 'partitions are added to an input under its group',
    holds: 'whoever assigns the tasks refuses, and says what to do; no key is read from two partitions',
    brokers: 1,
    choice: 'short',
    tests: [ofStreams('topic-changes', 'grown, it is refused by whoever assigns the tasks')],
  },
  {
    name: 'topic-anew',
    numbers: [19],
    fault: 'an input is deleted and made anew under its group, and holds less than was read of it',
    holds: 'its task halts and takes nothing of it; nothing is reset',
    brokers: 1,
    choice: 'short',
    tests: [ofStreams('topic-changes', 'made anew, it ends before the position')],
  },
  {
    name: 'retention',
    numbers: [20],
    fault: 'the position of a task is not in the log any more',
    holds: 'the partition stands still and says so, nothing is reset; the bare client goes on elsewhere',
    brokers: 1,
    choice: 'short',
    tests: [
      ofStreams('out-of-range.canary', 'bare kafkajs reads on elsewhere', 'ours stops there, says so'),
      ofStreams('quiet-input', 'is gone on with where it ends'),
    ],
  },
  {
    name: 'poison',
    numbers: [21],
    fault: 'no magic byte, three bytes, an unknown schema, another record, broken Avro',
    holds:
      'each is told apart, with its reason; a request like that is skipped, and one dead letter as it was',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'packages/streams/src/registry/record-registry.integration.test.ts',
        names: ['an unknown id, another record and broken bytes are unreadable'],
      },
      {
        file: 'services/shadow-invoker/test/retries.integration.test.ts',
        names: ['a poison request is tried again at its times and given up'],
      },
    ],
  },
  {
    name: 'incompatible-schema',
    numbers: [23],
    fault: 'a schema is registered that can’t read what is in the log',
    holds: 'refused with subject and field; what an older version wrote is read',
    brokers: 1,
    choice: 'short',
    tests: [
      {
        file: 'packages/streams/src/registry/record-registry.integration.test.ts',
        names: ['an incompatible change is refused', 'a compatible change is accepted'],
      },
    ],
  },
  {
    name: 'large-batch',
    numbers: [24],
    fault: 'one batch of 150,000 records',
    holds: 'it is read; the bare client ends',
    brokers: 1,
    choice: 'short',
    tests: [ofStreams('large-batch.canary', 'one batch of 150,000 records')],
  },
  {
    name: 'foreign-codecs',
    numbers: [24],
    fault:
      'batches in gzip, snappy, lz4 and zstd by Java’s client and librdkafka; one that would fill the memory',
    holds: 'all are read; the last one stops its partition, with an error, and no other',
    brokers: 1,
    choice: 'short',
    tests: [
      ofStreams(
        'compressed-batches.canary',
        'gzip by',
        'snappy by',
        'lz4 by',
        'zstd by',
        'stops its partition, with an error',
      ),
    ],
  },
];
