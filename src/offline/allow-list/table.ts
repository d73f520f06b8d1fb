import {
  bounds,
  columnOf,
  createLineSplitter,
  type Field,
  type Line,
  parseLine,
  type Row,
  type Separator,
} from './csv.ts';
import { type HeaderFault, missingHeader, readHeader, type TableKind } from './header.ts';
import { toMethod } from './methods.ts';
import { type Level, type Remark, type Requirement, shown } from './remark.ts';

/** One line of the file by column; a value that is not there is empty. */
export type Cells<Column extends string> = {
  readonly line: number;
  readonly field: (column: Column) => Field;
  readonly remark: (
    column: Column,
    offset: number,
    level: Level,
    message: string,
    requirement: Requirement,
  ) => void;
};

/** What reading a file gives beside its records. */
export type TableReader = {
  push(bytes: Uint8Array): void;
  end(): { readonly lines: number; readonly remarks: readonly Remark[] };
};

/** Reads one of the two files piece by piece; `onRow` is called for every line that holds a record. */
export function createTableReader<Column extends string>(
  kind: TableKind<Column>,
  onRow: (cells: Cells<Column>) => void,
): TableReader {
  const remarks: Remark[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let first: Uint8Array | undefined = new Uint8Array(0);
  let order: readonly Column[] = kind.columns;
  let separator: Separator = ',';
  let seen = 0;
  let blank: number | undefined;
  let complete = true;
  let unreadable = false;
  const say = (
    line: number,
    column: number,
    level: Level,
    message: string,
    requirement: Requirement = 'ALW-09',
  ) => remarks.push({ level, line, column, message, requirement });

  const splitter = createLineSplitter(line => {
    seen = line.number;
    const text = line.number === 1 ? withoutMark(line.text) : line.text;
    if (line.number === 1) {
      separator = separatorOf(text, kind);
      if (separator !== ',')
        say(
          1,
          text.indexOf(separator) + 1,
          'error',
          `The values are separated by ${separator === ';' ? 'semicolons' : 'tabs'}; expected commas.`,
        );
    }
    if (text.trim() === '') {
      blank ??= line.number;
      if (line.number === 1) sayHeader([missingHeader(kind)]);
      return;
    }
    if (blank !== undefined && blank > 1)
      say(blank, 1, 'warning', 'The line is empty; expected one record per line, without empty lines.');
    blank = undefined;
    if (line.cut)
      say(
        line.number,
        bounds.lineLength,
        'error',
        `The line is longer than ${bounds.lineLength} characters; the rest was left out.`,
      );
    lookAtCharacters(text, line.number);
    const row = parseLine(text, separator);
    for (const { column, message } of row.faults) say(line.number, column, 'error', message);
    if (line.number === 1) {
      const header = readHeader(row.fields, kind);
      sayHeader(header.faults);
      order = header.order;
      if (header.isHeader) return;
    }
    readRow(line, row, text.length);
  });

  function withoutMark(text: string): string {
    if (!text.startsWith('\ufeff')) return text;
    say(
      1,
      1,
      'warning',
      'The file begins with a byte order mark, which the documented format does not have.',
      kind.headerRequirement,
    );
    return text.slice(1);
  }

  function sayHeader(faults: readonly HeaderFault[]) {
    for (const { column, message } of faults) say(1, column, 'error', message, kind.headerRequirement);
  }

  function readRow(line: Line, { fields }: Row, length: number) {
    const expected = kind.columns.length;
    if (fields.length < expected) {
      say(
        line.number,
        length + 1,
        'error',
        `The line has ${fields.length} of ${expected} values; expected a comma for every one, also when it is empty.`,
      );
    }
    const surplus = fields.slice(expected);
    if (surplus.length > 0) {
      const list = splitList(fields);
      const message = `The line has ${fields.length} values; expected ${expected}.`;
      if (list) {
        say(
          line.number,
          list.column,
          'error',
          `${message} A list of methods needs double quotes: "GET,PUT".`,
        );
        return;
      }
      say(line.number, surplus[0]!.column, 'error', message);
      if (surplus.some(({ text }) => text.trim() !== '')) return;
    }
    for (const field of fields.slice(0, expected)) lookAtBlanks(line.number, field);
    const absent: Field = { text: '', column: length + 1, quoted: false };
    const byColumn = new Map(order.map((column, i) => [column, fields[i] ?? absent]));
    onRow({
      line: line.number,
      field: column => trimmed(byColumn.get(column)!),
      remark: (column, offset, level, message, requirement) =>
        say(line.number, columnOf(trimmed(byColumn.get(column)!), offset), level, message, requirement),
    });
  }

  function lookAtBlanks(line: number, { text, column, quoted }: Field) {
    if (quoted) {
      if (text !== text.trim())
        say(
          line,
          column,
          'warning',
          `The value ${shown(text)} has blanks inside its quotes, at the beginning or the end.`,
        );
      return;
    }
    if (text !== text.trim())
      say(
        line,
        column,
        'error',
        text.trim() === ''
          ? 'The value is only blanks; expected nothing between the commas.'
          : `A blank stands at the ${/^\s/.test(text) ? 'beginning' : 'end'} of the value ${shown(text)}; expected none, or double quotes around it.`,
      );
    else if (/^'.*'$/.test(text))
      say(
        line,
        column,
        'warning',
        `The single quotes are part of the value ${shown(text)}; only double quotes enclose one.`,
      );
    else if (/\s/.test(text))
      say(
        line,
        column + text.search(/\s/),
        'error',
        `The value ${shown(text)} has a blank; expected double quotes around it.`,
      );
  }

  function lookAtCharacters(text: string, line: number) {
    if (!/[^\x20-\x7e]/.test(text)) return;
    for (const [pattern, message] of strangeCharacters) {
      const index = text.search(pattern);
      if (index < 0 || (separator === '\t' && text[index] === '\t')) continue;
      say(
        line,
        index + 1,
        'error',
        message.replace('{}', `U+${text.codePointAt(index)!.toString(16).toUpperCase().padStart(4, '0')}`),
      );
    }
  }

  const push = (bytes: Uint8Array) => {
    if (unreadable || !complete) return;
    complete = splitter.push(decoder.decode(bytes, { stream: true }));
  };
  return {
    push(bytes) {
      if (first === undefined) return push(bytes);
      const joined = new Uint8Array(first.length + bytes.length);
      joined.set(first);
      joined.set(bytes, first.length);
      first = joined;
      if (joined.length >= 2) start();
    },
    end() {
      start();
      if (!unreadable) {
        if (complete) complete = splitter.push(decoder.decode());
        splitter.end();
      }
      if (!complete)
        say(
          bounds.lines + 1,
          1,
          'error',
          `The file has more than ${bounds.lines} lines; the rest was left out.`,
        );
      if (seen === 0 && !unreadable) sayHeader([missingHeader(kind)]);
      return { lines: seen, remarks };
    },
  };

  function start() {
    if (first === undefined) return;
    const held = first;
    first = undefined;
    const mark = held.length >= 2 ? held[0]! * 256 + held[1]! : 0;
    if (mark === 0xfffe || mark === 0xfeff) {
      unreadable = true;
      say(1, 1, 'error', 'The file is UTF-16 text; expected UTF-8 or plain ASCII.', kind.headerRequirement);
    } else if (held.length > 0) push(held);
  }
}

/** Characters that word processors and web pages leave in a file, each with what to say of it. */
const strangeCharacters: readonly (readonly [RegExp, string])[] = [
  [/[\u2018-\u201f]/, 'A typographic quote ({}) stands here; expected the plain double quote (") or none.'],
  [/\u00a0/, 'A no-break space ({}) stands here; expected a plain blank or none.'],
  [
    /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/,
    'An invisible character ({}) stands here; expected none.',
  ],
  [/\ufffd/, 'A byte stands here that is not UTF-8; expected UTF-8 or plain ASCII.'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  [/[\u0000-\u001f\u007f-\u009f]/, 'A control character ({}) stands here; expected none.'],
];

/** The separator of a header that is right but for it. */
function separatorOf(header: string, { columns }: TableKind<string>): Separator {
  for (const separator of [';', '\t'] as const) {
    const names = parseLine(header, separator).fields.map(({ text }) => text.trim().toLowerCase());
    if (names.length > 1 && columns.some(column => names.includes(column.toLowerCase()))) return separator;
  }
  return ',';
}

/** Where a list of methods begins that fell apart because it stands without quotes. */
function splitList(fields: readonly Field[]): Field | undefined {
  return fields.find(({ text }, i) => toMethod(text.trim()) && toMethod((fields[i + 1]?.text ?? '').trim()));
}

/** The value without blanks around it, which were told already. */
function trimmed(field: Field): Field {
  const text = field.text.trim();
  if (text === field.text) return field;
  const before = field.text.length - field.text.trimStart().length;
  return { ...field, text, column: field.column + before };
}
