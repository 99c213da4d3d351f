const maxCharacters = 400;

/** Lines of a log for people: of our services' JSON what they say and why, everything else as it is, each cut to a length. */
export function readableLogLines(lines: readonly string[]): string[] {
  return lines.map((line) => cut(fromJson(line) ?? line));
}

/** Null: it is not a line of our services. */
function fromJson(line: string): string | null {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    if (typeof msg !== 'string') return null;
    return typeof err?.message === 'string' ? `${msg}: ${err.message}` : msg;
  } catch {
    return null;
  }
}

function cut(line: string): string {
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}
