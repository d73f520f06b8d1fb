/** A pattern may skip this much where it has a `*`. */
const gap = '[^]{0,400}?';
const doubleQuotes = '["\u201c\u201d\u201e\u201f\u2033]';
const singleQuotes = "['\u2018\u2019\u201a\u201b\u2032`\u00b4]";

/**
 * A text as people print it in documents, as an expression: blanks of any number, quotes straight or curly, case as it
 * comes, `*` for anything short. Words have to be whole, so `1000:1006` is not found in `1000:10061`.
 */
export function toPattern(text: string, whole = false): RegExp {
  const tokens = text.trim().match(/[*]|\w+|\s+|[^\w\s*]/gu) ?? [];
  let source = '';
  let before: 'start' | 'word' | 'mark' | 'gap' = 'start';
  let blank = false;
  for (const token of tokens) {
    if (/^\s/.test(token)) {
      blank = true;
      continue;
    }
    const kind = token === '*' ? 'gap' : /^\w/.test(token) ? 'word' : 'mark';
    if (before !== 'start' && before !== 'gap' && kind !== 'gap') {
      source += before === 'word' && kind === 'word' && blank ? '\\s+' : '\\s*';
    }
    source += kind === 'gap' ? gap : kind === 'word' ? token : toMark(token);
    before = kind;
    blank = false;
  }
  if (whole) return new RegExp(`^\\s*${source}\\s*$`, 'i');
  const [first, last] = [tokens[0]!, tokens.at(-1)!];
  return new RegExp(
    `${/^\w/.test(first) ? '(?<!\\w)' : ''}${source}${/\w$/.test(last) ? '(?!\\w)' : ''}`,
    'i',
  );
}

function toMark(mark: string): string {
  if (/["\u201c\u201d]/.test(mark)) return doubleQuotes;
  if (/['\u2018\u2019]/.test(mark)) return singleQuotes;
  return mark.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The parts of a pattern that stand in every text it finds, letter by letter but for case and blanks. */
export function literalsOf(text: string): readonly string[] {
  return text.split(/[*"'\u201c\u201d\u2018\u2019]/).map(part => part.trim());
}
