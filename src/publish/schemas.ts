import { z } from 'zod';
import { findingStates } from '../model/incident.ts';
import { roles, services, vantages, views } from '../model/subject.ts';

const moment = z.string().meta({ format: 'date-time' });
const texts = z.array(z.string());
const status = z.enum(['critical', 'warning', 'unknown', 'ok']);
const severity = z.enum(['critical', 'warning', 'info']);
const affects = z.enum(services);
const evidence = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), texts]));
const open = z.record(z.string(), z.unknown());
const milliseconds = z.number().min(0);

const silenced = z.object({ reason: z.string(), until: moment });
const finding = z.object({
  ...{ code: z.string(), severity, affects, check: z.string(), subject: z.string(), evidence },
  ...{ message: z.string(), steps: texts, silenced: silenced.optional() },
});
const entryOfCause = z.object({
  ...{ id: z.string(), title: z.string(), remedy: texts, verify: texts, source: z.string() },
  questions: z.array(z.object({ where: z.string(), expect: z.string() })).optional(),
});
const cause = z.object({
  ...{ code: z.string(), severity, affects, title: z.string() },
  ...{ findings: z.array(finding), consequences: z.array(finding), entry: entryOfCause.optional() },
  silenced: silenced.optional(),
});
const judgement = z.discriminatedUnion('verdict', [
  z.object({ check: z.string(), subject: z.string(), verdict: z.literal('pass') }),
  z.object({
    ...{ check: z.string(), subject: z.string(), verdict: z.literal('fail'), findings: z.array(finding) },
  }),
  z.object({
    ...{ check: z.string(), subject: z.string(), verdict: z.literal('not-applicable'), why: z.string() },
  }),
  z.object({
    ...{ check: z.string(), subject: z.string(), verdict: z.literal('unknown'), because: z.string() },
    blame: z.enum(['upstream', 'prober']).optional(),
  }),
]);
const failure = z.object({
  ...{ stage: z.string(), reason: z.string(), blame: z.string() },
  ...{ code: z.string().optional(), detail: z.string().optional() },
});
const stamp = {
  ...{ step: z.string(), subject: z.string(), kind: z.string(), topic: z.string().optional() },
  ...{ at: moment, durationMs: milliseconds.optional() },
};
const observation = z.discriminatedUnion('state', [
  z.object({ ...stamp, state: z.literal('observed'), reading: open }),
  z.object({ ...stamp, state: z.literal('not-applicable'), why: z.string() }),
  z.object({
    ...{ ...stamp, state: z.literal('skipped'), why: z.string() },
    because: z.object({ step: z.string(), kind: z.string().optional() }),
  }),
  z.object({ ...stamp, state: z.literal('errored'), failure, bug: z.string().optional() }),
]);
const common = { id: z.string(), deployment: z.string() };
const role = z.enum(roles);
const view = z.enum(views);
const subject = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('deployment') }),
  z.object({ ...common, kind: z.literal('domain'), domain: z.string() }),
  z.object({ ...common, kind: z.literal('resolver'), address: z.string(), view }),
  z.object({ ...common, kind: z.literal('node'), role, host: z.string() }),
  z.object({ ...common, kind: z.literal('address'), role, host: z.string(), address: z.string(), view }),
  z.object({
    ...{ ...common, kind: z.literal('service'), role, host: z.string(), address: z.string().optional() },
    ...{ port: z.int().min(1).max(65_535), transport: z.enum(['tcp', 'udp']), purpose: z.string() },
    ...{ title: z.string(), expected: z.enum(['open', 'closed', 'any']), affects },
  }),
]);
const step = z.object({
  ...{ id: z.string(), probe: z.string(), subject: z.string(), topic: z.string().optional() },
  ...{ why: z.string(), intervalMs: milliseconds, startMs: z.number().optional() },
  ...{ durationMs: milliseconds.optional(), after: z.string().optional() },
});
const report = z.object({
  ...{ schema: z.literal(1), version: z.string(), deployment: open, at: moment, durationMs: milliseconds },
  ...{ subjects: z.array(subject), steps: z.array(step), observations: z.array(observation) },
  judgements: z.array(judgement),
  diagnosis: z.object({ status, headline: z.string(), causes: z.array(cause) }),
});
const change = z.object({ fact: z.string(), before: texts, now: texts });
const incident = z.object({
  ...{ id: z.string(), deployment: z.string(), code: z.string(), severity, affects, check: z.string() },
  ...{ subject: z.string(), judged: z.string(), message: z.string(), evidence, cause: z.string() },
  ...{ entry: z.string().optional(), state: z.enum(findingStates), suspectedAt: moment },
  ...{ openedAt: moment.optional(), closedAt: moment.optional(), seenAt: moment },
  ...{ sightings: z.int().min(0), changes: z.array(change) },
});
const deploymentSummary = z.object({
  ...{
    name: z.string(),
    vantage: z.enum(vantages),
    domains: texts,
    status,
    headline: z.string(),
    at: moment,
  },
  causes: z.array(
    z.object({
      ...{ code: z.string(), severity, affects, title: z.string(), since: moment.optional() },
      ...{ findings: z.int(), consequences: z.int(), entry: z.string().optional() },
    }),
  ),
  judgements: z.record(z.string(), z.int()),
  suspected: z.int(),
});
const subjectSummary = z.object({ subject, status, codes: texts });
const look = z.object({
  ...{ subject: z.string(), at: moment, facts: z.record(z.string(), texts), codes: texts },
  observations: z.array(open),
});
const subjectDetail = z.object({
  ...{ subject, status, codes: texts, steps: z.array(step), observations: z.array(observation) },
  judgements: z.array(judgement),
  findings: z.array(z.object({ finding, state: z.enum(findingStates), cause: z.string() })),
  history: z.object({ good: look.optional(), failures: z.array(look), changes: z.array(change) }).optional(),
});
const check = z.object({
  ...{ id: z.string(), holds: z.string(), about: z.string(), roles: texts, needs: texts, sources: texts },
  requirements: texts,
  findings: z.array(z.object({ code: z.string(), severity, affects: z.string(), message: z.string() })),
});
const entry = z.object({
  ...{ id: z.string(), title: z.string(), codes: texts, versions: z.string().optional() },
  ...{ symptom: z.string(), cause: z.string(), remedy: texts, verify: texts, sources: texts },
});
const totals = z.record(z.string(), z.int());
const coverage = z.object({
  totals,
  areas: z.array(
    z.object({
      ...{ area: z.string(), title: z.string(), totals },
      requirements: z.array(
        z.object({
          ...{ id: z.string(), holds: z.string(), versions: z.string().optional(), way: z.string() },
          ...{ checks: texts, answer: z.string() },
        }),
      ),
    }),
  ),
});
const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), total: z.int().min(0), next: z.string().optional() });

/** What the API answers with, by name: the source of its document. */
export const schemas = {
  Problem: z.object({ error: z.object({ status: z.int(), message: z.string() }) }),
  ...{ Finding: finding, Cause: cause, Judgement: judgement, Observation: observation, Subject: subject },
  ...{
    Step: step,
    Report: report,
    Change: change,
    Incident: incident,
    Look: look,
    Check: check,
    Entry: entry,
  },
  Reports: z.object({
    reports: z.array(z.object({ report, sinceByCause: z.record(z.string(), moment) })),
    ...{ total: z.int().min(0), next: z.string().optional() },
  }),
  ...{ Deployment: deploymentSummary, Deployments: pageOf(deploymentSummary) },
  ...{ SubjectDetail: subjectDetail, Subjects: pageOf(subjectSummary) },
  ...{ Incidents: pageOf(incident), Entries: pageOf(entry), Checks: pageOf(check), Coverage: coverage },
  Looked: z.object({ subject: z.string(), looked: z.literal(true), status, codes: texts }),
} as const;
export type SchemaName = keyof typeof schemas;
