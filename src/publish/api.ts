import { z } from 'zod';
import type { Judgement } from '../model/finding.ts';
import { findingKey, findingStates } from '../model/incident.ts';
import { type Subject, subjectKinds } from '../model/subject.ts';
import type { Store, StoredReport } from '../store/store.ts';
import type { PublishedCheck, PublishedCoverage } from './catalogue.ts';
import type { Entry } from './html.ts';
import { type SchemaName, schemas } from './schemas.ts';
import { standingOf } from './standing.ts';

export type ApiParts = {
  readonly store: Store;
  readonly entries: readonly Entry[];
  readonly checks: readonly PublishedCheck[];
  readonly coverage: () => PublishedCoverage;
  /** Looks at a subject now; false when nobody knows it. */
  readonly look: (subject: string) => Promise<boolean>;
};

type Query = Readonly<Record<string, z.ZodType>>;
type Values = Readonly<Record<string, unknown>>;

/** One operation: what the router runs and what the document tells. `undefined` means that there is no such thing. */
export type Operation = {
  readonly method: 'get' | 'post';
  /** With `{id}` at its end when it names something. */
  readonly path: string;
  readonly summary: string;
  readonly query: Query;
  readonly answer: SchemaName;
  readonly run: (parts: ApiParts, query: Values, id: string) => unknown | Promise<unknown>;
};

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(500)
  .default(100)
  .meta({ description: 'Items of one page.' });
/** Whole reports are long, and whoever writes them writes nothing else meanwhile. */
const fewer = z.coerce
  .number()
  .int()
  .min(1)
  .max(50)
  .default(20)
  .meta({ description: 'Reports of one page.' });
const after = z.string().max(4_096).optional().meta({ description: '`next` of the page before.' });
const deployment = z.string().max(1_000).optional().meta({ description: 'Only of this deployment.' });
const filter = (description: string) => z.string().max(1_000).optional().meta({ description });
const severities = z.enum(['critical', 'warning', 'info']).optional();

/** Every operation of the API. */
export const operations: readonly Operation[] = [
  {
    ...{
      method: 'get',
      path: '/api/v1/report',
      answer: 'Reports',
      query: { deployment, limit: fewer, after },
    },
    summary: 'Whole reports, as `troubleshoot --json` gives them',
    run({ store }, query) {
      const known = reportsOf(store, query.deployment);
      const page = known && pageOf(known, nameOf, query);
      return page && { reports: page.items.map(toPublic), total: page.total, ...nextOf(page) };
    },
  },
  {
    ...{ method: 'get', path: '/api/v1/deployments', answer: 'Deployments', query: { limit, after } },
    summary: 'Every deployment: status, causes, how many judgements',
    run: ({ store }, query) => mapped(pageOf(store.reports(), nameOf, query), toSummary),
  },
  {
    ...{ method: 'get', path: '/api/v1/deployments/{id}', answer: 'Deployment', query: {} },
    summary: 'One deployment',
    run({ store }, _query, id) {
      const stored = store.report(id);
      return stored && toSummary(stored);
    },
  },
  {
    ...{ method: 'get', path: '/api/v1/subjects', answer: 'Subjects' },
    query: { deployment, kind: z.enum(subjectKinds).optional(), limit, after },
    summary: 'What is looked at, and how each of it stands',
    run({ store }, query) {
      const known = reportsOf(store, query.deployment);
      return known && subjectsPage(known, query);
    },
  },
  {
    ...{ method: 'get', path: '/api/v1/subjects/{id}', answer: 'SubjectDetail', query: {} },
    summary: 'One subject: readings, judgements, what changed since it was last good',
    run: ({ store }, _query, id) => subjectDetail(store, id),
  },
  {
    ...{ method: 'get', path: '/api/v1/incidents', answer: 'Incidents' },
    query: {
      ...{ deployment, subject: filter('Only on this subject.'), code: filter('Only with this code.') },
      ...{ state: z.enum(findingStates).optional(), severity: severities },
      since: z.iso.datetime().optional().meta({ description: 'Only those that were there then or later.' }),
      until: z.iso.datetime().optional().meta({ description: 'Only those that were there then or before.' }),
      ...{ limit, after },
    },
    summary: 'Findings over time, newest first',
    run({ store }, { state, severity, ...query }) {
      return store.incidents({
        ...query,
        ...(state === undefined ? {} : { states: [state as (typeof findingStates)[number]] }),
        ...(severity === undefined ? {} : { severities: [severity as 'critical'] }),
      });
    },
  },
  {
    ...{ method: 'get', path: '/api/v1/incidents/{id}', answer: 'Incident', query: {} },
    summary: 'One incident',
    run: ({ store }, _query, id) => store.incident(id),
  },
  {
    ...{ method: 'get', path: '/api/v1/entries', answer: 'Entries', query: { limit, after } },
    summary: 'Documented troubles',
    run: ({ entries }, query) =>
      mapped(
        pageOf(entries, ({ id }) => id, query),
        toPublicEntry,
      ),
  },
  {
    ...{ method: 'get', path: '/api/v1/entries/{id}', answer: 'Entry', query: {} },
    summary: 'One documented trouble, by its id or by a finding code',
    run({ entries }, _query, id) {
      const entry = entries.find(one => one.id === id || one.codes.includes(id));
      return entry && toPublicEntry(entry);
    },
  },
  {
    ...{ method: 'get', path: '/api/v1/checks', answer: 'Checks', query: { limit, after } },
    summary: 'What is checked',
    run: ({ checks }, query) => pageOf(checks, ({ id }) => id, query),
  },
  {
    ...{ method: 'get', path: '/api/v1/checks/{id}', answer: 'Check', query: {} },
    summary: 'One check',
    run: ({ checks }, _query, id) => checks.find(check => check.id === id),
  },
  {
    ...{ method: 'get', path: '/api/v1/coverage', answer: 'Coverage', query: {} },
    summary: 'Every documented requirement, and what answers it',
    run: ({ coverage }) => coverage(),
  },
  {
    ...{ method: 'post', path: '/api/v1/run-now', answer: 'Looked' },
    query: { subject: z.string().min(1).max(1_000).meta({ description: 'Id of the subject.' }) },
    summary: 'Looks at a subject at once, and answers when it was looked at',
    async run({ store, look }, query) {
      const id = query.subject as string;
      if (!(await look(id))) return undefined;
      const found = findSubject(store, id);
      return found && { subject: id, looked: true, ...standingOf(found.stored.report)(id) };
    },
  },
];

/** A subject by its id, with the report that it stands in. */
export function findSubject(
  store: Store,
  id: string,
): { readonly subject: Subject; readonly stored: StoredReport } | undefined {
  const direct = store.report(id.split('/')[0]!);
  for (const stored of direct ? [direct] : store.reports()) {
    const subject = stored.report.subjects.find(one => one.id === id);
    if (subject) return { subject, stored };
  }
  return undefined;
}

/** Reads a query as an operation wants it; the text says what is wrong with it. */
export function readQuery(
  wanted: Query,
  given: Readonly<Record<string, string | readonly string[] | undefined>>,
): Values | string {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(wanted)) {
    const parsed = schema.safeParse(given[name]);
    if (!parsed.success) return `${name}: ${parsed.error.issues[0]?.message}`;
    if (parsed.data !== undefined) values[name] = parsed.data;
  }
  return values;
}

/** The OpenAPI 3.1 document of all operations. */
export function openApi(version: string): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: all } = z.toJSONSchema(registry, { uri: id => `#/components/schemas/${id}` });
  const components = Object.entries(all).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]);
  const content = (name: SchemaName) => ({
    'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
  });
  const refusal = (description: string) => ({ description, content: content('Problem') });
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, summary, query, answer } of operations) {
    const named = path.endsWith('{id}')
      ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]
      : [];
    const asked = Object.entries(query).map(([name, schema]) => {
      const { $schema: _, description, ...rest } = z.toJSONSchema(schema);
      return {
        ...{ name, in: 'query', required: !schema.safeParse(undefined).success, schema: rest },
        ...(description === undefined ? {} : { description }),
      };
    });
    paths[path] = {
      ...paths[path],
      [method]: {
        ...{
          summary,
          operationId: `${method}${path.replace('/api/v1', '').replace(/[^a-z]+(\w?)/g, (_, c) => c.toUpperCase())}`,
        },
        parameters: [...named, ...asked],
        responses: {
          200: { description: 'What was asked for', content: content(answer) },
          ...(method === 'get' ? { 304: { description: 'It is what it was (If-None-Match)' } } : {}),
          400: refusal('The query is not right'),
          401: refusal('Authentication is needed'),
          ...(method === 'post' ? { 403: refusal('Not from there: another site, or another machine') } : {}),
          404: refusal('There is no such thing'),
          429: refusal('Too many requests'),
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'mradar', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      description:
        'What mradar sees of Mobile and Remote Access. Lists are paged: `limit`, and `after` with the `next` of the page before. ' +
        'Answers have an ETag. POST needs authentication where it is configured, else it is only taken from the machine itself; ' +
        'clients that are no browser send `X-Mradar-Request: 1` or a bearer token with it.',
    },
    servers: [{ url: '/' }],
    security: [{}, { basic: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

type Part<Item> = { readonly items: readonly Item[]; readonly total: number; readonly next?: string };

/** One page of a list, ordered by key, so that a page stays in its place when the list grows. */
function pageOf<Item>(all: readonly Item[], keyOf: (item: Item) => string, query: Values): Part<Item> {
  const sorted = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const cursor =
    typeof query.after === 'string' ? Buffer.from(query.after, 'base64url').toString() : undefined;
  const rest = cursor === undefined ? sorted : sorted.filter(item => keyOf(item) > cursor);
  const items = rest.slice(0, query.limit as number);
  const next =
    rest.length > items.length ? Buffer.from(keyOf(items.at(-1)!)).toString('base64url') : undefined;
  return { items, total: all.length, ...(next === undefined ? {} : { next }) };
}

/** Subjects in the order of their deployments; only what is on the page is worked out. */
function subjectsPage(reports: readonly StoredReport[], { kind, after, limit }: Values): Part<unknown> {
  const fits = (subject: Subject) => kind === undefined || subject.kind === kind;
  const [fromName = '', fromId = ''] =
    typeof after === 'string' ? Buffer.from(after, 'base64url').toString().split('\n') : [];
  const items: { readonly subject: Subject }[] = [];
  let [total, last, isMore] = [0, '', false];
  for (const { report } of reports.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const { name } = report.deployment;
    const mine = report.subjects.filter(fits);
    total += mine.length;
    if (name < fromName || isMore) continue;
    const rest = mine.filter(({ id }) => name > fromName || id > fromId);
    const part = rest.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, (limit as number) - items.length);
    isMore = part.length < rest.length;
    if (part.length === 0) continue;
    last = `${name}\n${part.at(-1)!.id}`;
    const standing = standingOf(report);
    items.push(...part.map(subject => ({ subject, ...standing(subject.id) })));
  }
  return { items, total, ...(isMore ? { next: Buffer.from(last).toString('base64url') } : {}) };
}

function nextOf({ next }: Part<unknown>) {
  return next === undefined ? {} : { next };
}

function mapped<A, B>(page: Part<A>, change: (item: A) => B): Part<B> {
  return { ...page, items: page.items.map(change) };
}

function nameOf({ report }: StoredReport): string {
  return report.deployment.name;
}

function reportsOf(store: Store, name: unknown): readonly StoredReport[] | undefined {
  if (name === undefined) return store.reports();
  const stored = store.report(name as string);
  return stored && [stored];
}

function toPublic({ report, sinceByCause }: StoredReport): unknown {
  return { report, sinceByCause: Object.fromEntries(sinceByCause) };
}

/** Only what the document tells, whatever else the value holds. */
function toPublicEntry({
  id,
  title,
  codes,
  versions,
  symptom,
  cause,
  remedy,
  verify,
  sources,
}: Entry): Entry {
  const known = { id, title, codes, symptom, cause, remedy, verify, sources };
  return versions === undefined ? known : { ...known, versions };
}

function toSummary({ report, sinceByCause, suspected }: StoredReport): unknown {
  const { name, vantage, domains } = report.deployment;
  const { status, headline, causes } = report.diagnosis;
  const verdicts: Record<Judgement['verdict'], number> = {
    pass: 0,
    fail: 0,
    unknown: 0,
    'not-applicable': 0,
  };
  for (const { verdict } of report.judgements) verdicts[verdict]++;
  return {
    ...{ name, vantage, domains, status, headline, at: report.at, judgements: verdicts },
    suspected: suspected.length,
    causes: causes.map(({ code, severity, affects, title, findings, consequences, entry }) => ({
      ...{ code, severity, affects, title, since: sinceByCause.get(code) },
      ...{ findings: findings.length, consequences: consequences.length },
      ...(entry ? { entry: entry.id } : {}),
    })),
  };
}

function subjectDetail(store: Store, id: string): unknown {
  const found = findSubject(store, id);
  if (!found) return undefined;
  const { subject, stored } = found;
  const { report, states, suspected } = stored;
  const history = store.subject(id);
  const causeOf = (key: string) =>
    report.diagnosis.causes.find(cause => cause.consequences.some(one => findingKey(one) === key));
  const findings = report.judgements
    .flatMap(judgement => (judgement.verdict === 'fail' ? judgement.findings : []))
    .filter(finding => finding.subject === id);
  return {
    ...{ subject, ...standingOf(report)(id) },
    steps: report.steps.filter(step => step.subject === id),
    observations: report.observations.filter(observation => observation.subject === id),
    judgements: report.judgements.filter(judgement => judgement.subject === id),
    findings: [
      ...findings.map(finding => {
        const key = findingKey(finding);
        return { finding, state: states.get(key) ?? 'open', cause: causeOf(key)?.code ?? finding.code };
      }),
      ...suspected
        .filter(finding => finding.subject === id)
        .map(finding => ({ finding, state: 'suspected', cause: finding.code })),
    ],
    ...(history
      ? {
          history: {
            ...(history.good ? { good: history.good } : {}),
            ...{ failures: history.failures, changes: history.changes },
          },
        }
      : {}),
  };
}
