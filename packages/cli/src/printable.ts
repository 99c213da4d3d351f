/**
 * Text of strangers for a terminal: control characters, which could steer it, stand as `\x1b`. Line ends and tabs stay
 * where `keepLines` is true; default false.
 */
export function printable(text: string, options: { readonly keepLines?: boolean } = {}): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    if (options.keepLines === true && (character === '\n' || character === '\t')) return character;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
