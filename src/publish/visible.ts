/**
 * Shows control characters instead of sending them: C0, DEL, C1, line and paragraph separators, marks that turn the writing
 * direction, and halves of surrogate pairs. What a server sends must not colour a terminal or forge a line.
 */
export function visible(text: string): string {
  return text.toWellFormed().replace(unsafe, character => {
    const code = character.charCodeAt(0);
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return ' ';
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
