/**
 * The one place that imports kafkajs. Its guards must be in place before it is loaded, so everything else
 * takes what it needs of kafkajs from here (types may be imported anywhere).
 */
import './shims/install.ts';
import kafkajs from 'kafkajs';
import { createRequire } from 'node:module';

export type { PartitionAssigner as AssignorFactory } from 'kafkajs';

/** Encodes and decodes what assignors exchange through the group's coordinator. */
export const AssignorProtocol: typeof kafkajs.AssignerProtocol = kafkajs.AssignerProtocol;
export const Kafka: typeof kafkajs.Kafka = kafkajs.Kafka;
export const LogLevel: typeof kafkajs.logLevel = kafkajs.logLevel;
export const Partitioners: typeof kafkajs.Partitioners = kafkajs.Partitioners;
export const PartitionAssigners: typeof kafkajs.PartitionAssigners = kafkajs.PartitionAssigners;
export const ConfigResourceTypes: typeof kafkajs.ConfigResourceTypes = kafkajs.ConfigResourceTypes;

interface Encoder {
  writeUVarIntBytes(value?: Buffer): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeUVarIntArray(items: readonly Encoder[]): Encoder;
}

interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readUVarInt(): number;
  readUVarIntString(): string | null;
  readTaggedFields(): unknown;
}

const require = createRequire(import.meta.url);

/** For requests that kafkajs does not know. */
export const Protocol: {
  readonly Encoder: new () => Encoder;
  readonly Decoder: new (response: Buffer) => Decoder;
  readonly errorOf: (code: number) => Error;
} = {
  Encoder: require('kafkajs/src/protocol/encoder.js'),
  Decoder: require('kafkajs/src/protocol/decoder.js'),
  errorOf: require('kafkajs/src/protocol/error.js').createErrorFromCode,
};
