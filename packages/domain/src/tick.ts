/**
 * A tick is a record without a value: its append time is the message. It moves an idle partition's time on so
 * that windows close, and is known before anything is decoded.
 */
export function isTick(record: { readonly value: Buffer | null }): boolean {
  return record.value === null;
}
