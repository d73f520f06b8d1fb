import { expect, test } from 'vitest';
import { usageClient } from '../../../../src/judge/checks/certificate/usage-client.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { deployment, judge, outcome, round, type Seen } from '../../round.ts';
import { edgeSip, expresswayC, notLooked, shows, showsNothing, uds, zoneClosed } from './shown.ts';

const serverOnly = { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] };
const edge = shows(serverOnly);
const core = shows(serverOnly, expresswayC);
const e = (version: string) => ({ versions: { expressway_e: version } });
const c = (version: string) => ({ versions: { expressway_c: version } });
const both = (expressway_e: string, expressway_c: string) => ({ versions: { expressway_e, expressway_c } });
const oneOldCore = {
  versions: { expressway_e: 'X15.4', expressway_c: 'X15.4' },
  nodes: {
    ...deployment().nodes,
    expressway_c: [{ name: 'expc1.example.com' }, { name: 'expc2.example.com', version: 'X15.3.2' }],
  },
};
const missing = 'fail CERT_EKU_CLIENT_MISSING';
const unclear = 'fail CERT_EKU_CLIENT_UNKNOWN_VERSION';

test.each<[string, Partial<Deployment>, Seen, string]>([
  ['server and client', e('X14.2'), shows({}), 'pass'],
  ['no such extension', e('X14.2'), shows({ extendedKeyUsage: undefined }), 'pass'],
  ['any use', e('X14.2'), shows({ extendedKeyUsage: ['2.5.29.37.0'] }), 'pass'],
  ['server only, Expressway-E X8.10', e('X8.10.1'), edge, missing],
  ['server only, Expressway-E X15.3.2', e('X15.3.2'), edge, missing],
  ['server only, Expressway-E X15.3.2 on 5061', e('X15.3.2'), shows(serverOnly, edgeSip), missing],
  ['server only, Expressway-E X15.4', e('X15.4'), edge, 'pass'],
  ['server only, Expressway-E X15.5', e('X15.5'), edge, 'pass'],
  ['server only, Expressway-E X15.4 before an Expressway-C X15.3', both('X15.4', 'X15.3'), edge, missing],
  ['server only, Expressway-E X15.4 before one Expressway-C X15.3.2 of two', oneOldCore, edge, missing],
  ['server only, both X15.4', both('X15.4', 'X15.4'), edge, 'pass'],
  ['server only, Expressway-E of unknown version', {}, edge, unclear],
  ['server only, unknown Expressway-E before an Expressway-C X15.3', c('X15.3'), edge, missing],
  ['server only, Expressway-C X15.3', c('X15.3'), core, missing],
  ['server only, Expressway-C X15.4', c('X15.4'), core, missing],
  ['server only, Expressway-C X15.5', c('X15.5'), core, 'pass'],
  ['server only, Expressway-C of unknown version', {}, core, unclear],
  ['server only, Expressway-C X15.5 behind an Expressway-E X15.3', both('X15.3', 'X15.5'), core, 'pass'],
  ['a version that nobody understands', e('the newest'), edge, unclear],
  ['Unified CM', {}, shows(serverOnly, uds), 'not judged'],
  ['a port that has to be closed', e('X14.2'), shows(serverOnly, zoneClosed), 'not-applicable'],
  ['no certificate', {}, showsNothing(), 'unknown'],
  ['not looked', {}, notLooked(), 'unknown'],
])('%s', (_, facts, observed, expected) => {
  expect(outcome(judge(usageClient, round(facts, [observed])))).toBe(expected);
});
