/** How a stream of events is written: server-sent events, or a JSON value a line. */
export const streamFormats = ['sse', 'ndjson'] as const;

export type StreamFormat = (typeof streamFormats)[number];

/**
 * The data of each event of a whole stream, in order. Of server-sent events (WHATWG HTML, 9.2) only `data` is read; one that is
 * not ended by an empty line counts, too: that the stream was cut is known from elsewhere.
 */
export function eventsIn(stream: string, format: StreamFormat): readonly string[] {
  const lines = stream.split(/\r\n|\n|\r/);
  if (format === 'ndjson') return lines.filter((line) => line.trim() !== '');
  const events: string[] = [];
  let data: string[] = [];
  for (const line of [...lines, '']) {
    if (line === '') {
      if (data.length > 0) events.push(data.join('\n'));
      data = [];
    } else {
      const [, value] = /^data(?:: ?(.*))?$/s.exec(line) ?? [null, null];
      if (value !== null) data.push(value ?? '');
    }
  }
  return events;
}
