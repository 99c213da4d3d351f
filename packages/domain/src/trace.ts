/** The header that carries W3C trace context, in HTTP and in records. */
export const traceparentHeader = 'traceparent';

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?$/;

/** Whether a text is trace context as W3C defines it, of this or a later version. */
export function isTraceparent(text: string): boolean {
  const [, version, traceId, parentId, , extension] = pattern.exec(text) ?? [];
  if (version === undefined || version === 'ff') return false;
  if (version === '00' && extension !== undefined) return false;
  return traceId !== '0'.repeat(32) && parentId !== '0'.repeat(16);
}

/**
 * Trace context for a call made on behalf of `traceparent`: the same trace and flags, another parent.
 *
 * @param parentId 16 hex digits, not all 0
 */
export function childTraceparent(traceparent: string, parentId: string): string {
  return traceparent.replace(pattern, `00-$2-${parentId}-$4`);
}

const none: Readonly<Record<string, string>> = {};

/** The headers, of all that a record has, for a record that comes of it: its trace context, if it has one. */
export function traceHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const traceparent = headers[traceparentHeader];
  return traceparent !== undefined && isTraceparent(traceparent)
    ? { [traceparentHeader]: traceparent }
    : none;
}
