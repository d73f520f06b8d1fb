/** What a page of plain HTML does not have, in the words of a sentence. */
export type Active = 'a script element' | 'a link element' | 'a script in an attribute';

// A comment, or a start tag with its attributes up to its end: every alternative takes what it has begun, closed or not, so that
// a page is read once whatever stands in it.
const piece = /<(?:!--[\s\S]*?(?:-->|$)|([a-z][^\s/>]*)((?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^"'>])*)(?:>|$))/gi;

/** What of a page does something by itself, or fetches something, each kind once. Comments are none of it. */
export function activeParts(html: string): readonly Active[] {
  const found = new Set<Active>();
  for (const [, element = '', attributes = ''] of html.matchAll(piece)) {
    const name = element.toLowerCase();
    if (name === 'script') found.add('a script element');
    if (name === 'link') found.add('a link element');
    const names = attributes.replace(/"[^"]*"|'[^']*'/g, '""');
    if (/(?:^|[\s"'/])on[a-z]+\s*=/i.test(names) || /=\s*["']?\s*javascript:/i.test(attributes))
      found.add('a script in an attribute');
  }
  return [...found];
}
