import { expect, test } from 'vitest';
import type { TlsReading } from '../../../../probes/index.ts';
import { phoneAuthorities } from '../../../../src/judge/checks/certificate/phone-authorities.ts';
import { phoneIssuer } from '../../../../src/judge/checks/certificate/phone-issuer.ts';
import { trustedAuthorities } from '../../../../src/judge/checks/certificate/trusted-authorities.ts';
import { endpointAuthorities } from '../../../../src/judge/checks/declared/endpoint-authorities.ts';
import type { Authority, Deployment } from '../../../../src/model/deployment.ts';
import type { ServiceSubject } from '../../../../src/model/subject.ts';
import { certificate, tlsOk } from '../../readings.ts';
import { judge, outcome, round, seen } from '../../round.ts';
import {
  anchored,
  edgeHttps,
  edgeSip,
  edgeXmpp,
  expresswayC,
  incomplete,
  issuing,
  root,
  selfSigned,
  showsNothing,
  uds,
} from './shown.ts';

const authority = (subject: string, issuer = subject, facts: Partial<Authority> = {}): Authority => ({
  ...{ subject, issuer, fingerprint: 'EE05', notAfter: '2040-01-01T00:00:00.000Z' },
  ...facts,
});
const publicRoot = authority('CN=Example Public Root');
const otherRoot = authority('CN=Other Root');
const expired = authority('CN=Example Public Root', undefined, { notAfter: '2026-05-30T10:48:38.000Z' });
const intermediate = authority('CN=Example Issuing CA 3', 'CN=Example Public Root');

const leaf = certificate();
const chain = tlsOk({ chain: [leaf, issuing], path: anchored });
const rootMissing = tlsOk({
  chain: [leaf, issuing],
  path: { ...incomplete, endName: 'CN=Example Public Root' },
});
const crossSigned = tlsOk({
  chain: [leaf, issuing, certificate({ ...root, issuer: 'CN=Other Root', selfSigned: false })],
  path: anchored,
});
const own = tlsOk({ chain: [certificate(selfSigned)], path: { ...anchored, endName: 'CN=x' } });

const trusts = (...trustAnchors: readonly Authority[]): Partial<Deployment> => ({ phones: { trustAnchors } });

test.each<[string, Partial<Deployment>, TlsReading, string]>([
  ['the root is on the list', trusts(otherRoot, publicRoot), chain, 'pass'],
  ['the issuing authority is on the list', trusts(intermediate), chain, 'pass'],
  ['a root that was not sent is on the list', trusts(publicRoot), rootMissing, 'pass'],
  ['the other root of a cross-signed one is on the list', trusts(otherRoot), crossSigned, 'pass'],
  ['it is not', trusts(otherRoot), chain, 'fail PHONE_ISSUER_UNTRUSTED'],
  ['it is not, and the root was not sent', trusts(otherRoot), rootMissing, 'fail PHONE_ISSUER_UNTRUSTED'],
  ['it has expired there', trusts(expired), chain, 'fail PHONE_ISSUER_UNTRUSTED'],
  ['it is there once expired and once not', trusts(expired, publicRoot), chain, 'pass'],
  ['the issuer is missing', trusts(otherRoot), tlsOk({ chain: [leaf], path: incomplete }), 'not-applicable'],
  ['self-signed', trusts(otherRoot), own, 'not-applicable'],
  ['no list', {}, chain, 'not-applicable'],
  ['no certificate', trusts(publicRoot), { serverName: '', chain: [] }, 'unknown'],
])('phones with a fixed list: %s', (_, facts, reading, expected) => {
  expect(outcome(judge(phoneIssuer, round(facts, [seen(edgeHttps, 'tls', reading)])))).toBe(expected);
});

test('phones do not meet the certificate of the XMPP port', () => {
  const observed = [seen(edgeXmpp, 'tls', chain)];
  expect(outcome(judge(phoneIssuer, round(trusts(otherRoot), observed)))).toBe('not-applicable');
});

test('a root of phones that has expired is told as such', () => {
  const judgement = judge(phoneIssuer, round(trusts(expired), [seen(edgeHttps, 'tls', chain)]));
  expect(judgement?.verdict === 'fail' && judgement.findings[0]!.message).toBe(
    'expe1.example.com:8443 shows a certificate that leads to CN=Example Public Root, which has expired on the list of the phones that cannot be changed',
  );
});

const maker = authority('CN=Phone CA', 'CN=Phone Root');
const signedBy = (...authorities: readonly Authority[]): Partial<Deployment> => ({ phones: { authorities } });
const asks = (...clientAuthorities: string[]): TlsReading =>
  tlsOk({ clientCertificate: 'requested', ...(clientAuthorities.length > 0 && { clientAuthorities }) });

test.each<[string, Partial<Deployment>, ServiceSubject, TlsReading, string]>([
  ['the authority is named', signedBy(maker), edgeHttps, asks('CN=Other', 'CN=Phone CA'), 'pass'],
  ['the one above it is named', signedBy(maker), edgeHttps, asks('CN=Phone Root'), 'pass'],
  ['neither', signedBy(maker), edgeHttps, asks('CN=Other'), 'fail PHONE_AUTHORITY_MISSING'],
  ['neither on the SIP port', signedBy(maker), edgeSip, asks('CN=Other'), 'fail PHONE_AUTHORITY_MISSING'],
  ['one of two', signedBy(maker, otherRoot), edgeHttps, asks('CN=Phone CA'), 'fail PHONE_AUTHORITY_MISSING'],
  ['no names', signedBy(maker), edgeHttps, asks(), 'not-applicable'],
  ['not asked', signedBy(maker), edgeHttps, tlsOk({ clientCertificate: 'not-requested' }), 'not-applicable'],
  ['nobody said', {}, edgeHttps, asks('CN=Other'), 'not-applicable'],
  ['another port', signedBy(maker), edgeXmpp, asks('CN=Other'), 'not-applicable'],
  ['no handshake', signedBy(maker), edgeHttps, { serverName: '', chain: [] }, 'unknown'],
])('certificates of phones: %s', (_, facts, at, reading, expected) => {
  expect(outcome(judge(phoneAuthorities, round(facts, [seen(at, 'tls', reading)])))).toBe(expected);
});

const lists = (
  trustedAuthorities: NonNullable<Deployment['trustedAuthorities']>,
  more: Partial<Deployment> = {},
): Partial<Deployment> => ({ trustedAuthorities, ...more });
const byLeaf = authority('CN=expe1.example.com', undefined, { fingerprint: 'AA01' });

test.each<[string, Partial<Deployment>, ServiceSubject, TlsReading, string]>([
  [
    'Expressway-C knows the root alone',
    lists({ expressway_c: [publicRoot] }),
    edgeHttps,
    chain,
    'fail ZONE_INTERMEDIATE_NOT_LISTED',
  ],
  [
    'Expressway-C knows root and intermediate',
    lists({ expressway_c: [publicRoot, intermediate] }),
    edgeHttps,
    chain,
    'pass',
  ],
  ['of a server inside the root is enough', lists({ expressway_c: [publicRoot] }), uds, chain, 'pass'],
  [
    'Expressway-C does not know it',
    lists({ expressway_c: [otherRoot] }),
    edgeHttps,
    chain,
    'fail ZONE_PEER_NOT_TRUSTED',
  ],
  [
    'Expressway-C knows the intermediate and not the root',
    lists({ expressway_c: [intermediate] }),
    edgeHttps,
    chain,
    'fail ZONE_PEER_NOT_TRUSTED',
  ],
  [
    'Expressway-C knows both',
    lists({ expressway_c: [intermediate, publicRoot] }),
    edgeHttps,
    tlsOk({ chain: [leaf], path: incomplete }),
    'pass',
  ],
  ['it has expired', lists({ expressway_c: [expired] }), edgeHttps, chain, 'fail ZONE_PEER_NOT_TRUSTED'],
  [
    'phones want Expressway-E to know it too',
    lists({ expressway_c: [publicRoot, intermediate], expressway_e: [otherRoot] }, trusts(publicRoot)),
    edgeHttps,
    chain,
    'fail ZONE_PEER_NOT_TRUSTED',
  ],
  [
    'without such phones it need not',
    lists({ expressway_c: [publicRoot, intermediate], expressway_e: [otherRoot] }),
    edgeHttps,
    chain,
    'pass',
  ],
  [
    'Expressway-E and the one of Expressway-C',
    lists({ expressway_e: [otherRoot] }),
    expresswayC,
    chain,
    'fail ZONE_PEER_NOT_TRUSTED',
  ],
  ['Unified CM', lists({ expressway_c: [otherRoot] }), uds, chain, 'fail SERVER_NOT_TRUSTED'],
  ['a self-signed one is on the list itself', lists({ expressway_c: [byLeaf] }), uds, own, 'pass'],
  [
    'another one of that name is',
    lists({ expressway_c: [authority('CN=expe1.example.com')] }),
    uds,
    own,
    'fail SERVER_NOT_TRUSTED',
  ],
  ['only the other list', lists({ expressway_e: [otherRoot] }), uds, chain, 'not-applicable'],
  ['no lists', {}, edgeHttps, chain, 'not-applicable'],
])('lists of the Expressways: %s', (_, facts, at, reading, expected) => {
  expect(outcome(judge(trustedAuthorities, round(facts, [seen(at, 'tls', reading)]), at))).toBe(expected);
});

test('where no certificate is seen nothing is said about trust', () => {
  const facts = lists({ expressway_c: [otherRoot] });
  expect(outcome(judge(trustedAuthorities, round(facts, [showsNothing()])))).toBe('unknown');
});

test.each<[string, Partial<Deployment>, string]>([
  [
    'both know it',
    { ...signedBy(maker), ...lists({ expressway_e: [maker], expressway_c: [maker] }) },
    'pass',
  ],
  [
    'the one above it',
    { ...signedBy(maker), ...lists({ expressway_e: [authority('CN=Phone Root')] }) },
    'pass',
  ],
  [
    'one does not',
    { ...signedBy(maker), ...lists({ expressway_e: [maker], expressway_c: [otherRoot] }) },
    'fail DECLARED_PHONE_AUTHORITY_MISSING',
  ],
  [
    'none does',
    { ...signedBy(maker), ...lists({ expressway_e: [], expressway_c: [] }) },
    'fail DECLARED_PHONE_AUTHORITY_MISSING DECLARED_PHONE_AUTHORITY_MISSING',
  ],
  ['no lists', signedBy(maker), 'not-applicable'],
  ['no authorities', lists({ expressway_e: [maker] }), 'not-applicable'],
])('authorities of endpoints: %s', (_, facts, expected) => {
  expect(outcome(judge(endpointAuthorities, round(facts, [])))).toBe(expected);
});
