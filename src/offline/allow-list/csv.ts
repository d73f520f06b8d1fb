/** One value of a line. `column` is that of its first character, behind the opening quote if there is one. */
export type Field = { readonly text: string; readonly column: number; readonly quoted: boolean };

/** A breach of the quoting rules of RFC 4180 section 2; the value was read as well as it could be. */
export type QuotingFault = { readonly column: number; readonly message: string };

export type Row = { readonly fields: readonly Field[]; readonly faults: readonly QuotingFault[] };

export type Separator = ',' | ';' | '\t';

const blanks = /[ \t]*/y;

/**
 * Splits one line into values. The documents want one record per line, so a quote never reaches over the end of its line,
 * and one that is not closed spoils one line only.
 */
export function parseLine(text: string, separator: Separator = ','): Row {
  const fields: Field[] = [];
  const faults: QuotingFault[] = [];
  for (let start = 0; ; ) {
    const quote = separator === '\t' ? start : skipBlanks(text, start);
    const end = text[quote] === '"' ? readQuoted(text, start, quote) : readPlain(text, start);
    if (end < 0) return { fields, faults };
    start = end + 1;
  }

  /** Both readers add a field and give the place of the separator behind it, or -1 at the end of the line. */
  function readPlain(line: string, start: number): number {
    const end = line.indexOf(separator, start);
    const value = line.slice(start, end < 0 ? undefined : end);
    const stray = value.indexOf('"');
    if (stray >= 0) {
      faults.push({
        column: start + stray + 1,
        message: 'A double quote stands inside a value; expected the value to begin and end with one.',
      });
    }
    fields.push({ text: value, column: start + 1, quoted: false });
    return end;
  }

  function readQuoted(line: string, start: number, quote: number): number {
    if (quote > start) {
      faults.push({
        column: start + 1,
        message: 'A blank stands before the opening quote; expected the quote right behind the separator.',
      });
    }
    let value = '';
    for (let from = quote + 1; ; ) {
      const close = line.indexOf('"', from);
      if (close < 0) {
        faults.push({
          column: quote + 1,
          message: 'The double quote is not closed on its line; expected a second one behind the value.',
        });
        fields.push({ text: value + line.slice(from), column: quote + 2, quoted: true });
        return -1;
      }
      value += line.slice(from, close);
      if (line[close + 1] === '"') {
        value += '"';
        from = close + 2;
        continue;
      }
      fields.push({ text: value, column: quote + 2, quoted: true });
      const end = line.indexOf(separator, close + 1);
      const behind = line.slice(close + 1, end < 0 ? undefined : end);
      if (behind !== '') {
        faults.push({
          column: close + 2,
          message: `${behind.trim() === '' ? 'A blank' : 'Text'} stands behind the closing quote; expected the separator or the end of the line.`,
        });
      }
      return end;
    }
  }
}

function skipBlanks(text: string, from: number): number {
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}

/** The column of a character of a value: a quote inside a quoted value is written twice. */
export function columnOf({ text, column, quoted }: Field, offset: number): number {
  const doubled = quoted ? (text.slice(0, offset).match(/"/g)?.length ?? 0) : 0;
  return column + offset + doubled;
}

/** Bounds of a file: longer lines are cut, further lines are left out; both are told. */
export const bounds = { lineLength: 16_384, lines: 1_000_000 } as const;

/** One line without its end. */
export type Line = { readonly number: number; readonly text: string; readonly cut: boolean };

/**
 * Splits text that arrives in pieces into lines: ended by LF, CRLF or CR. `push` gives false once the bound is reached and
 * the rest is left out.
 */
export function createLineSplitter(onLine: (line: Line) => void) {
  const lineEnd = /[\r\n]/g;
  let held = '';
  let cut = false;
  let number = 1;
  let afterReturn = false;

  const hold = (piece: string) => {
    const room = bounds.lineLength - held.length;
    if (piece.length > room) cut = true;
    held += piece.length > room ? piece.slice(0, room) : piece;
  };
  const emit = () => {
    const line = { number, text: held, cut };
    number += 1;
    held = '';
    cut = false;
    onLine(line);
  };
  return {
    push(text: string): boolean {
      let start = 0;
      if (afterReturn && text !== '') {
        if (text[0] === '\n') start = 1;
        afterReturn = false;
      }
      while (number <= bounds.lines) {
        lineEnd.lastIndex = start;
        const match = lineEnd.exec(text);
        if (!match) {
          hold(text.slice(start));
          return true;
        }
        hold(text.slice(start, match.index));
        emit();
        start = match.index + 1;
        if (match[0] === '\r') {
          if (start === text.length) afterReturn = true;
          else if (text[start] === '\n') start += 1;
        }
      }
      return false;
    },
    /** The last line, when it has no end of its own. */
    end() {
      if ((held !== '' || cut) && number <= bounds.lines) emit();
    },
  };
}
