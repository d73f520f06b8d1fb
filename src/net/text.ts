/** C0, DEL and C1: what a peer could use to move a terminal's cursor or forge a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but tab, line feed and carriage return
const controlsOfBody = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Text from the network, fit to be kept: without control characters, at most `limit` characters. */
export function printable(text: string, limit = 512): string {
  return text.slice(0, limit).replace(controls, '');
}

/** The same for text of several lines. */
export function printableLines(text: string, limit: number): string {
  return text.slice(0, limit).replace(controlsOfBody, '');
}
