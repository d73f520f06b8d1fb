import { type Severity, severities } from '../model/finding.ts';

/** What has to stand in one log record. In texts and values `*` stands for anything short; blanks and case do not count. */
export type LineSignature = {
  readonly text?: string;
  /** Values of key="value" pairs, all of them; a list is one of several. `process` is the program that wrote the line. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  /** A text that must not stand in the record, or several. */
  readonly without?: string | readonly string[];
};

/** Records that have to follow one another in one file within so many seconds, with the same value of a field. */
export type SequenceSignature = {
  readonly sequence: readonly LineSignature[];
  readonly within: number;
  readonly same?: string;
};

/** One way in which a log shows the trouble of an entry; critical unless it says otherwise. */
export type Signature = (LineSignature | SequenceSignature) & { readonly severity?: Severity };

const lineKeys = ['text', 'fields', 'without', 'severity'];
const sequenceKeys = ['sequence', 'within', 'same', 'severity'];

/** Whether a value from the front matter is a list of signatures. */
export function isSignatures(value: unknown): value is readonly Signature[] {
  return Array.isArray(value) && value.length > 0 && value.every(isSignature);
}

function isSignature(value: unknown): value is Signature {
  if (!isRecord(value)) return false;
  if (value.severity !== undefined && !severities.includes(value.severity as Severity)) return false;
  if (!('sequence' in value)) return isLine(value, lineKeys);
  return (
    hasOnly(value, sequenceKeys) &&
    Array.isArray(value.sequence) &&
    value.sequence.length >= 2 &&
    value.sequence.every(step => isRecord(step) && isLine(step, lineKeys.slice(0, 3))) &&
    typeof value.within === 'number' &&
    value.within > 0 &&
    (value.same === undefined || isText(value.same))
  );
}

function isLine(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  const { text, fields, without } = value;
  return (
    hasOnly(value, keys) &&
    (text !== undefined || fields !== undefined) &&
    (text === undefined || isText(text)) &&
    (without === undefined || isWanted(without)) &&
    (fields === undefined || (isRecord(fields) && Object.values(fields).every(isWanted)))
  );
}

const isWanted = (value: unknown) =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const hasOnly = (value: object, keys: readonly string[]) =>
  Object.keys(value).every(key => keys.includes(key));
