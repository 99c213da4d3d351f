/** The frames of Kafka's protocol: as far as faults need to know them. */

/** Each frame begins with its size. */
export const sizeBytes = 4;

/** Calls `handle` with each whole frame: 4 bytes of size, and as many as that. */
export function framed(handle: (frame: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    while (rest.length >= sizeBytes && rest.length >= sizeBytes + rest.readInt32BE(0)) {
      const end = sizeBytes + rest.readInt32BE(0);
      handle(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}

const host = Buffer.from('127.0.0.1');

/** The same answer, with another port wherever it names this machine and the port `from`. */
export function withPort(response: Buffer, { from, to }: { from: number; to: number }): Buffer {
  const edited = Buffer.from(response);
  for (let at = edited.indexOf(host); at >= 0; at = edited.indexOf(host, at + 1)) {
    const portAt = at + host.length;
    if (portAt + 4 <= edited.length && edited.readInt32BE(portAt) === from) edited.writeInt32BE(to, portAt);
  }
  return edited;
}
