import type { Field } from './csv.ts';
import { rulesKind } from './header.ts';
import { type Method, meantMethod, toMethod } from './methods.ts';
import { shown } from './remark.ts';
import { type Cells, createTableReader, type TableReader } from './table.ts';
import { type AllowUrl, parseUrl } from './url.ts';

/** One rule of the file that could be read. */
export type Rule = {
  readonly line: number;
  /** The Url as it was written. */
  readonly text: string;
  readonly url: AllowUrl;
  /** Empty: the default deployment. */
  readonly deployment: string;
  /** `default`: the set that the page of the Expressway-C has. */
  readonly methods: readonly Method[] | 'default';
  readonly match: 'exact' | 'prefix';
  readonly description: string;
};

type Column = (typeof rulesKind.columns)[number];

/** Reads a file of rules piece by piece. A rule whose Url, methods or match type cannot be read is not handed on. */
export function createRulesReader(onRule: (rule: Rule) => void): TableReader {
  return createTableReader(rulesKind, cells => {
    const url = readUrl(cells);
    const methods = readMethods(cells);
    const match = readMatch(cells);
    const description = cells.field('Description').text;
    const deployment = cells.field('Deployment').text;
    if (toMethod(deployment) || deployment === 'exact' || deployment === 'prefix')
      cells.remark(
        'Deployment',
        0,
        'warning',
        `The deployment is named ${shown(deployment)}, which belongs into a later column; a comma may be missing before it.`,
        'ALW-13',
      );
    if (description === '')
      cells.remark('Description', 0, 'note', 'The rule has no description to tell what it is for.', 'ALW-26');
    if (url && methods && match) {
      const rule: Rule = {
        line: cells.line,
        text: cells.field('Url').text,
        url,
        deployment,
        methods,
        match,
        description,
      };
      lookAtWidth(rule, cells);
      onRule(rule);
    }
  });
}

/** The Url of a rule or a test; undefined when it is not of the documented form. */
export function readUrl(cells: Cells<'Url'>): AllowUrl | undefined {
  const { url, faults } = parseUrl(cells.field('Url').text);
  for (const { offset, level, message, requirement } of faults)
    cells.remark('Url', offset, level, message, requirement);
  return url;
}

function readMethods(cells: Cells<Column>): Rule['methods'] | undefined {
  const field = cells.field('HttpMethods');
  if (field.text === '') return 'default';
  const found: Method[] = [];
  let readable = true;
  let offset = 0;
  const error = (at: number, message: string) => {
    cells.remark('HttpMethods', at, 'error', message, 'ALW-14');
    readable = false;
  };
  for (const item of field.text.split(',')) {
    const word = item.trim();
    const at = offset + item.indexOf(word);
    offset += item.length + 1;
    const method = toMethod(word);
    if (word === '')
      error(at, 'The list of methods has an empty place; expected one method between two commas.');
    else if (!method) error(at, wrongMethod(word));
    else if (found.includes(method))
      cells.remark('HttpMethods', at, 'warning', `The method ${method} is listed twice.`, 'ALW-14');
    else found.push(method);
    if (method === 'CONNECT' || method === 'TRACE')
      cells.remark(
        'HttpMethods',
        at,
        'warning',
        `${method} is a method that clients of MRA have no use for.`,
        'ALW-05',
      );
  }
  return readable ? found : undefined;
}

/** What to say of a word that is no method. */
export function wrongMethod(word: string): string {
  const meant = meantMethod(word);
  if (meant) return `${shown(word)} is no HTTP method; expected ${meant}, perhaps.`;
  if (/[\s;|/+]/.test(word))
    return `${shown(word)} is no HTTP method; expected a list with commas, such as "GET,PUT".`;
  return `${shown(word)} is no HTTP method; expected one such as GET or PUT.`;
}

function readMatch(cells: Cells<Column>): Rule['match'] | undefined {
  const { text } = cells.field('MatchType');
  if (text === '') return 'prefix';
  const match = readWord(cells.field('MatchType'), ['exact', 'prefix']);
  if (match === text) return match;
  const instead = match
    ? `; expected ${match}, perhaps`
    : '; expected exact, prefix or nothing, which is prefix';
  cells.remark('MatchType', 0, 'error', `The match type is ${shown(text)}${instead}.`, 'ALW-15');
  return match?.toLowerCase() === text.toLowerCase() ? match : undefined;
}

/** The word that a value is or is nearly: another letter case, or the same beginning. */
export function readWord<Word extends string>({ text }: Field, words: readonly Word[]): Word | undefined {
  const lower = text.toLowerCase();
  return (
    words.find(word => word === lower) ??
    (lower.length >= 3
      ? words.find(word => word.startsWith(lower.slice(0, 3)) || word.slice(-3) === lower.slice(-3))
      : undefined)
  );
}

const writing: readonly Method[] = ['POST', 'PUT', 'DELETE', 'PATCH'];

/** What a single rule lets through beyond what it seems to say. */
function lookAtWidth({ url, match, methods }: Rule, cells: Cells<Column>) {
  const whole = url.path === '/';
  if (
    /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|169\.254\.\d+\.\d+|\[::1?\]|\[fe80:.*\])$/.test(url.host)
  ) {
    const message = `${url.host} is the Expressway-C itself or its own link, which no client outside has to reach.`;
    cells.remark('Url', 0, 'warning', message, 'ALW-06');
  }
  if (match === 'exact') return;
  const default_ = cells.field('MatchType').text === '' ? ' (MatchType is empty, so it is prefix)' : '';
  const entry = `${url.protocol}://${url.host}:${url.port}`;
  const changes = methods === 'default' ? [] : methods.filter(method => writing.includes(method));
  if (whole) {
    const also = changes.length > 0 ? `, with ${changes.join(', ')} too` : '';
    cells.remark(
      'Url',
      0,
      'warning',
      `The rule exposes every path of ${entry}${default_}, administration pages included${also}.`,
      'ALW-07',
    );
  } else if (!url.path.endsWith('/')) {
    const message = `The rule lets through whatever begins with ${shown(url.path)}${default_}, such as ${shown(`${url.path}-other`)}.`;
    cells.remark('Url', 0, default_ === '' ? 'note' : 'warning', message, 'ALW-07');
  }
}
