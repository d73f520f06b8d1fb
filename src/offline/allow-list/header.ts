import type { Field } from './csv.ts';
import { type Requirement, shown } from './remark.ts';

/** Which of the two documented files: its columns in their order, and the requirement on its first line. */
export type TableKind<Column extends string> = {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly headerRequirement: Requirement;
};

export const rulesKind = {
  title: 'rules',
  columns: ['Url', 'Deployment', 'HttpMethods', 'MatchType', 'Description'],
  headerRequirement: 'ALW-08',
} as const satisfies TableKind<string>;

export const testsKind = {
  title: 'tests',
  columns: ['Url', 'ExpectedResult', 'Deployment', 'Description', 'HttpMethod'],
  headerRequirement: 'ALW-17',
} as const satisfies TableKind<string>;

/** What the first line of a file is. */
export type Header<Column extends string> = {
  /** False when the line is a record already. */
  readonly isHeader: boolean;
  /** The order in which the values of the other lines stand. */
  readonly order: readonly Column[];
  readonly faults: readonly HeaderFault[];
};

export type HeaderFault = { readonly column: number; readonly message: string };

/** What to say of a file whose first line is no header. */
export function missingHeader({ columns }: TableKind<string>): HeaderFault {
  return { column: 1, message: `The first line is not the header; expected ${columns.join(',')}.` };
}

/** Reads the first line; a header that is wrong is read for what it was meant to be. */
export function readHeader<Column extends string>(
  fields: readonly Field[],
  kind: TableKind<Column>,
): Header<Column> {
  const { columns, title } = kind;
  const header = (faults: readonly HeaderFault[], order = columns) => ({ isHeader: true, order, faults });
  if (fields.length === columns.length && fields.every(({ text }, i) => text === columns[i]))
    return header([]);

  const plain = fields.map(({ text }) => text.trim().toLowerCase());
  const known = plain.map(name => columns.find(column => column.toLowerCase() === name));
  if (plain.some(name => name.includes('://')) || known.every(column => column === undefined))
    return { isHeader: false, order: columns, faults: [missingHeader(kind)] };

  const other = [rulesKind, testsKind].find(one => one.columns.join().toLowerCase() === plain.join());
  if (other && other.title !== title) {
    const message = `This is the header of a file of ${other.title}; expected one of ${title}: ${columns.join(',')}.`;
    return header([{ column: 1, message }]);
  }
  const isComplete = fields.length === columns.length && columns.every(column => known.includes(column));
  return isComplete
    ? header(misplaced(fields, known as readonly Column[], columns), known as readonly Column[])
    : header(misnamed(fields, columns));
}

function misplaced(
  fields: readonly Field[],
  known: readonly string[],
  columns: readonly string[],
): HeaderFault[] {
  const first = known.findIndex((column, i) => column !== columns[i]);
  const order = `The column ${known[first]} stands where ${columns[first]} belongs; expected ${columns.join(',')}. The lines below are read in the order of this header.`;
  return [
    ...(first < 0 ? [] : [{ column: fields[first]!.column, message: order }]),
    ...fields.flatMap(({ text, column }, i) =>
      text === known[i]
        ? []
        : [{ column, message: `The column is named ${shown(text)}; expected ${known[i]}.` }],
    ),
  ];
}

function misnamed(fields: readonly Field[], columns: readonly string[]): HeaderFault[] {
  const last = fields.at(-1)!;
  const end = last.column + last.text.length;
  const extra = fields[columns.length];
  return [
    ...columns.flatMap((name, i) => {
      const field = fields[i];
      if (!field)
        return [{ column: end, message: `The column ${name} is missing; expected ${columns.join(',')}.` }];
      if (field.text === name) return [];
      return [
        { column: field.column, message: `The column is named ${shown(field.text)}; expected ${name}.` },
      ];
    }),
    ...(extra
      ? [
          {
            column: extra.column,
            message: `${shown(extra.text)} is one column too many; expected ${columns.join(',')}.`,
          },
        ]
      : []),
  ];
}
