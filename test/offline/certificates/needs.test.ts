import { describe, expect, test } from 'vitest';
import { checks } from '../../../src/judge/checks/index.ts';
import { judgeRound } from '../../../src/judge/judge.ts';
import type { Deployment } from '../../../src/model/deployment.ts';
import { assess } from '../../../src/offline/certificates/assess.ts';
import {
  lackedBy,
  type Need,
  needsOf,
  type RequestRole,
  usageOid,
} from '../../../src/offline/certificates/needs.ts';
import { deploymentOf, readingOf, roundOf, serviceOf } from '../../../src/offline/certificates/round.ts';
import { authority, dnsName, eku, issue, san } from './issue.ts';

const host = { expressway_e: 'expe1.example.com', expressway_c: 'expc1.example.com' } as const;

function deployment(role: RequestRole, more: Partial<Deployment> = {}): Deployment {
  return {
    ...deploymentOf({ role, host: host[role], domains: ['example.com', 'example.net'] }),
    versions: { expressway_e: 'X14.0', expressway_c: 'X14.0' },
    phoneSecurityProfiles: ['jabber.secure.example.com'],
    clusterNames: { expressway_c: 'expc.example.com' },
    chatNodeAliases: ['chat.example.com'],
    xmppFederationDomains: ['fed.example.com'],
    ...more,
  };
}

const root = authority('Root');

/** What the checks of live certificates find in a certificate made after these needs. */
function findings(role: RequestRole, one: Deployment, needs: readonly Need[]) {
  const names = needs.flatMap(({ kind, value }) => (kind === 'dns' ? [dnsName(value)] : []));
  const usages = needs.flatMap(({ kind, value }) => (kind === 'eku' ? [usageOid(value)] : []));
  const leaf = issue({ name: host[role], by: root, extensions: [san(...names), eku(...usages)] }).fields;
  const at = '2026-06-01T00:00:00.000Z';
  const assessment = assess({
    ...{ leaf, given: [leaf], anchors: [root.fields] },
    rules: { atMs: Date.parse(at), purpose: 'server', strict: false },
  });
  const listener =
    role === 'expressway_e'
      ? ({ role, port: 8443, purpose: 'edge-https', title: 'HTTPS proxy', affects: 'sign-in' } as const)
      : ({ role, port: 5061, purpose: 'sip', title: 'SIP over TLS', affects: 'calls' } as const);
  const subject = serviceOf(one.name, host[role], listener);
  const reading = readingOf(assessment, leaf, [leaf], host[role]);
  const observation = {
    step: 's',
    subject: subject.id,
    kind: 'tls',
    at,
    state: 'observed',
    reading,
  } as const;
  const judgements = judgeRound(
    roundOf(one, subject, at, '0', [observation]),
    checks.filter(({ id }) => id.startsWith('certificate/')),
  );
  return judgements.flatMap(judgement =>
    judgement.verdict === 'fail' ? judgement.findings.map(({ code }) => code) : [],
  );
}

describe.each(['expressway_e', 'expressway_c'] as const)('for %s', role => {
  const one = deployment(role);
  const needs = needsOf(one, role, one.nodes[role][0]);

  test('a certificate with every need passes every check', () => {
    expect(findings(role, one, needs)).toEqual([]);
  });

  test.each(needs.map(need => [need.value, need] as const))(
    'the checks miss %s when it is left out',
    (_value, need) => {
      const rest = needs.filter(other => other !== need);
      expect(new Set(findings(role, one, rest)).size).toBe(1);
    },
  );

  test('each need says why and where that is written', () => {
    for (const need of needs) {
      expect(need.why).not.toBe('');
      expect(need.sources.some(({ requirements }) => requirements.length > 0)).toBe(true);
    }
  });
});

test.each(['second.example.com', 'second'])(
  'requests and checks agree on the name of the cluster %s',
  cluster => {
    const { nodes, ...others } = deployment('expressway_c');
    const expressway_c = [{ name: host.expressway_c, cluster }];
    const one = { ...others, nodes: { ...nodes, expressway_c } };
    const needs = needsOf(one, 'expressway_c', expressway_c[0]);
    expect(findings('expressway_c', one, needs)).toEqual([]);
    const name = cluster.includes('.') ? cluster : 'expc.example.com';
    const rest = needs.filter(({ value }) => value !== name);
    expect(findings('expressway_c', one, rest)).toEqual(['CERT_SAN_CLUSTER_MISSING']);
  },
);

test('nothing is asked for that a deployment does not have', () => {
  const bare = deployment('expressway_c', {
    phoneSecurityProfiles: [],
    clusterNames: {},
    chatNodeAliases: [],
    xmppFederationDomains: [],
  });
  const values = (role: RequestRole) => needsOf(bare, role, { name: host[role] }).map(({ value }) => value);
  expect(values('expressway_c')).toEqual(['expc1.example.com', 'serverAuth', 'clientAuth']);
  expect(values('expressway_e')).toEqual([
    'expe1.example.com',
    'example.com',
    'example.net',
    'serverAuth',
    'clientAuth',
  ]);
});

test.each<[string, RequestRole, string | undefined, string | undefined, string | undefined]>([
  ['both old', 'expressway_e', 'X15.3', 'X15.3', 'required'],
  ['Expressway-C old', 'expressway_e', 'X15.5', 'X14.3', 'required'],
  ['both new', 'expressway_e', 'X15.4', 'X15.4', undefined],
  ['nobody said', 'expressway_e', undefined, undefined, 'conditional'],
  ['one unknown', 'expressway_e', 'X15.5', undefined, 'conditional'],
  ['old', 'expressway_c', undefined, 'X15.4', 'required'],
  ['new, with two stores', 'expressway_c', undefined, 'X15.5', 'conditional'],
  ['nobody said', 'expressway_c', 'X15.5', undefined, 'conditional'],
])('clientAuth, %s', (_when, role, edge, core, level) => {
  const versions = { ...(edge && { expressway_e: edge }), ...(core && { expressway_c: core }) };
  const needs = needsOf(deployment(role, { versions }), role, { name: host[role] });
  expect(needs.find(({ value }) => value === 'clientAuth')?.level).toBe(level);
});

test('a domain is found in any of its forms, unless it is a federation domain too', () => {
  const one = deployment('expressway_e', { xmppFederationDomains: ['example.net'] });
  const needs = needsOf(one, 'expressway_e', undefined);
  const names = san(dnsName('COLLAB-EDGE.example.com'), dnsName('collab-edge.example.net'));
  const { summary } = issue({ extensions: [names] }).fields;
  expect(lackedBy(summary, needs).map(({ value }) => value)).toEqual(['example.net', 'chat.example.com']);
});

test('the form with collab-edge before the domain', () => {
  const needs = needsOf(deployment('expressway_e'), 'expressway_e', undefined, 'collab-edge');
  expect(needs.map(({ value }) => value).slice(0, 2)).toEqual([
    'collab-edge.example.com',
    'collab-edge.example.net',
  ]);
});
