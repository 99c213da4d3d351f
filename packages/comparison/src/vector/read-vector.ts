import type { Location } from '../json/location.ts';
import { type Reading, readValue } from '../reading.ts';
import type { Vector } from './cosine.ts';

/** A vector as a list of numbers, or as base64 of 32-bit floats, little-endian, which clients of OpenAI's API ask for. */
export function readVector(body: unknown, location: Location): Reading<Vector> {
  const read = readValue(body, location, 'vector');
  if (!read.ok) return read;
  const vector = vectorOf(read.value);
  return vector === null ? { ok: false, reason: 'vector-wrong-type' } : { ok: true, value: vector };
}

function vectorOf(value: unknown): Vector | null {
  if (typeof value === 'string') return floatsIn(value);
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite)
    ? (value as number[])
    : null;
}

function floatsIn(base64: string): Vector | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null;
  const vector = new Float32Array(bytes.length / 4);
  for (let index = 0; index < vector.length; index++) vector[index] = bytes.readFloatLE(4 * index);
  return vector.every(Number.isFinite) ? vector : null;
}
