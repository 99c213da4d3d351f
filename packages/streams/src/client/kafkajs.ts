/**
 * The one place that imports kafkajs. Its guards must be in place before it is loaded, so everything else
 * takes what it needs of kafkajs from here (types may be imported anywhere).
 */
import './shims/install.ts';
import kafkajs from 'kafkajs';

export type { PartitionAssigner as AssignorFactory } from 'kafkajs';

/** Encodes and decodes what assignors exchange through the group's coordinator. */
export const AssignorProtocol: typeof kafkajs.AssignerProtocol = kafkajs.AssignerProtocol;
export const Kafka: typeof kafkajs.Kafka = kafkajs.Kafka;
export const LogLevel: typeof kafkajs.logLevel = kafkajs.logLevel;
export const Partitioners: typeof kafkajs.Partitioners = kafkajs.Partitioners;
export const PartitionAssigners: typeof kafkajs.PartitionAssigners = kafkajs.PartitionAssigners;
export const ConfigResourceTypes: typeof kafkajs.ConfigResourceTypes = kafkajs.ConfigResourceTypes;
