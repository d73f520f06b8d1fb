import { expect, test } from 'vitest';
import { ice } from '../../../../src/judge/checks/declared/ice.ts';
import { ix } from '../../../../src/judge/checks/declared/ix.ts';
import { secureProfiles } from '../../../../src/judge/checks/declared/security-mode.ts';
import { trunk } from '../../../../src/judge/checks/declared/trunk.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round } from '../../round.ts';

const secure = { phoneSecurityProfiles: ['secure.example.com'] };

test.each<[string, Partial<Deployment>, string]>([
  ['mixed mode', { ...secure, securityMode: 'mixed' }, 'pass'],
  ['no mixed mode', { ...secure, securityMode: 'non-secure' }, 'fail DECLARED_PROFILES_NOT_SECURE'],
  ['SIP OAuth instead', { ...secure, securityMode: 'non-secure', features: ['sip_oauth'] }, 'pass'],
  ['no secure profiles', { securityMode: 'non-secure' }, 'pass'],
  ['nobody said', secure, 'not-applicable'],
])('secure profiles: %s', (_, facts, expected) => {
  expect(outcome(judge(secureProfiles, round(facts, [])))).toBe(expected);
});

test.each<[string, Partial<Deployment>, string]>([
  ['mixed mode', { features: ['ice'], securityMode: 'mixed' }, 'pass'],
  ['SIP OAuth', { features: ['ice', 'sip_oauth'], securityMode: 'non-secure' }, 'pass'],
  ['neither', { features: ['ice'], securityMode: 'non-secure' }, 'fail DECLARED_ICE_NOT_ENCRYPTED'],
  ['nobody said', { features: ['ice'] }, 'unknown'],
  ['not used', { securityMode: 'non-secure' }, 'not-applicable'],
])('ICE: %s', (_, facts, expected) => {
  expect(outcome(judge(ice, round(facts, [])))).toBe(expected);
});

const ports = (incomingPort: number, zonePort?: number): Partial<Deployment> => ({
  trunk: { incomingPort, ...(zonePort !== undefined && { zonePort }), secure: false },
});

test.each<[string, Partial<Deployment>, string]>([
  ['a port of its own', ports(5560, 5560), 'pass'],
  ['a port of its own, the zone untold', ports(5560), 'pass'],
  ['the port of the lines', ports(5060), 'fail DECLARED_TRUNK_ON_LINE_PORT'],
  ['the secure port of the lines', ports(5061, 5061), 'fail DECLARED_TRUNK_ON_LINE_PORT'],
  ['two ports', ports(5560, 5561), 'fail DECLARED_TRUNK_PORTS_DIFFER'],
  ['both', ports(5060, 5561), 'fail DECLARED_TRUNK_ON_LINE_PORT DECLARED_TRUNK_PORTS_DIFFER'],
  ['no trunk', {}, 'not-applicable'],
])('SIP trunk: %s', (_, facts, expected) => {
  expect(outcome(judge(trunk, round(facts, [])))).toBe(expected);
});

const used = { ...secure, features: ['ix'] } as const;

test.each<[string, Partial<Deployment>, string]>([
  ['encrypted on both sides', { ...used, conferenceTrunk: 'encrypted' }, 'pass'],
  ['the trunk in clear', { ...used, conferenceTrunk: 'clear' }, 'fail DECLARED_IX_NOT_ENCRYPTED'],
  ['no secure profile', { features: ['ix'], conferenceTrunk: 'encrypted' }, 'fail DECLARED_IX_NOT_ENCRYPTED'],
  [
    'secure profiles that fall back',
    { ...used, conferenceTrunk: 'encrypted', securityMode: 'non-secure' },
    'fail DECLARED_IX_NOT_ENCRYPTED',
  ],
  ['nobody said how the trunk is', used, 'unknown'],
  ['not used', { conferenceTrunk: 'clear' }, 'not-applicable'],
])('iX: %s', (_, facts, expected) => {
  expect(outcome(judge(ix, round(facts, [])))).toBe(expected);
});
