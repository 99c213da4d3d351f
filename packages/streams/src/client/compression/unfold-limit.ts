/**
 * What the records of one batch may take when they are unfolded; what Kafka limits is the compressed size.
 * Ours and other clients' batches hold a few MiB at most.
 */
export const unfoldLimitBytes: number = 64 * 1024 * 1024;

/** @throws Error if `bytes` are more than `maxBytes` */
export function requireRoom(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw tooLarge(maxBytes);
}

export function tooLarge(maxBytes: number): Error {
  return new Error(`its records take more than ${maxBytes} bytes when they are unfolded`);
}
