import { expect, test } from 'vitest';
import { sanPhoneProfiles } from '../../../../src/judge/checks/certificate/san-phone-profiles.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round, type Seen, service } from '../../round.ts';
import { expresswayC, notLooked, shows, showsNothing } from './shown.ts';

const declared = { phoneSecurityProfiles: ['jabber.secure.example.com'] };
const closedC = service({ ...expresswayC, expected: 'closed' });
const names = (...dns: string[]) => ({ names: { dns } });

test.each<[string, Partial<Deployment>, Seen, string]>([
  ['listed', declared, shows(names('Jabber.secure.example.com'), expresswayC), 'pass'],
  ['not listed', declared, shows({}, expresswayC), 'fail CERT_SAN_PROFILE_MISSING'],
  [
    'only a wildcard',
    declared,
    shows(names('*.secure.example.com'), expresswayC),
    'fail CERT_SAN_PROFILE_MISSING',
  ],
  ['none declared', {}, shows({}, expresswayC), 'not-applicable'],
  ['Expressway-E', declared, shows({}), 'not judged'],
  ['a port that has to be closed', declared, shows({}, closedC), 'not-applicable'],
  ['no certificate', declared, showsNothing(expresswayC), 'unknown'],
  ['not looked', declared, notLooked(expresswayC), 'unknown'],
])('%s', (_, facts, observed, expected) => {
  expect(outcome(judge(sanPhoneProfiles, round(facts, [observed])))).toBe(expected);
});
