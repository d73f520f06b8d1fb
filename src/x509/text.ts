/** C0, DEL and C1: what a peer could use to move a terminal's cursor or forge a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text that somebody else wrote, fit to be kept: without control characters, at most `limit` characters. */
export function printable(text: string, limit = 512): string {
  return text.slice(0, limit).replace(controls, '');
}
