import type { RawRecord } from './visible-records.ts';

/** One committed position, as it stands in Kafka's own topic of them. */
export interface CommittedPosition {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The next one to be read. */
  readonly offset: number;
  readonly metadata: string;
}

/** Keys of other versions are about groups, not positions. */
const positionKeyVersions = new Set([0, 1]);
/** From this version on lengths are varints. */
const firstCompactVersion = 4;
/** Versions 2 and 1 have no leader epoch. */
const firstVersionWithEpoch = 3;

/**
 * A record of `__consumer_offsets` as a position; null for one that is about something else, or takes a position
 * back. The format is that of Kafka's OffsetCommitKey and OffsetCommitValue.
 */
export function committedPosition({ key, value }: RawRecord): CommittedPosition | null {
  if (key === null || value === null || !positionKeyVersions.has(key.readInt16BE(0))) return null;
  const group = textAt(key, 2);
  const topic = textAt(key, group.end);
  const version = value.readInt16BE(0);
  const at = version >= firstVersionWithEpoch ? 14 : 10;
  return {
    group: group.text,
    topic: topic.text,
    partition: key.readInt32BE(topic.end),
    offset: Number(value.readBigInt64BE(2)),
    metadata: version >= firstCompactVersion ? compactTextAt(value, at) : textAt(value, at).text,
  };
}

function textAt(bytes: Buffer, at: number): { readonly text: string; readonly end: number } {
  const end = at + 2 + bytes.readInt16BE(at);
  return { text: bytes.toString('utf8', at + 2, end), end };
}

/** Length plus one as a varint of 7 bits a byte. */
function compactTextAt(bytes: Buffer, at: number): string {
  let length = 0;
  let position = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes.readUInt8(position);
    position += 1;
    length += (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return bytes.toString('utf8', position, position + length - 1);
}
