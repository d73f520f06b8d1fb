export { printable } from '../x509/text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: all but tab, line feed and carriage return
const controlsOfBody = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Text of several lines from the network, fit to be kept: without other control characters, at most `limit` characters. */
export function printableLines(text: string, limit: number): string {
  return text.slice(0, limit).replace(controlsOfBody, '');
}
