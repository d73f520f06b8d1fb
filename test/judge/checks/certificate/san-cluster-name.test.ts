import { expect, test } from 'vitest';
import { sanClusterName } from '../../../../src/judge/checks/certificate/san-cluster-name.ts';
import type { Deployment } from '../../../../src/model/deployment.ts';
import { judge, outcome, round, type Seen, service } from '../../round.ts';
import { expresswayC, notLooked, shows, showsNothing } from './shown.ts';

const cluster = 'expc.example.com';
const declared = { clusterNames: { expressway_c: cluster } };
const inCluster = (name: string): Partial<Deployment> => ({
  ...declared,
  nodes: { expressway_c: [{ name: 'expc1.example.com', cluster: name }] } as unknown as Deployment['nodes'],
});
const closedC = service({ ...expresswayC, expected: 'closed' });

test.each<[string, Partial<Deployment>, Seen, string]>([
  ['listed', declared, shows({ names: { dns: ['EXPC.example.com'] } }, expresswayC), 'pass'],
  ['as common name', declared, shows({ commonName: cluster }, expresswayC), 'pass'],
  ['not there', declared, shows({}, expresswayC), 'fail CERT_SAN_CLUSTER_MISSING'],
  [
    'no name at all',
    declared,
    shows({ commonName: undefined, names: { dns: [] } }, expresswayC),
    'fail CERT_SAN_CLUSTER_MISSING',
  ],
  [
    'the name of its own cluster, where there are several',
    inCluster('second.example.com'),
    shows({ names: { dns: ['second.example.com'] } }, expresswayC),
    'pass',
  ],
  [
    'the name of another cluster',
    inCluster('second.example.com'),
    shows({ names: { dns: [cluster] } }, expresswayC),
    'fail CERT_SAN_CLUSTER_MISSING',
  ],
  [
    'a cluster that is told apart by a word only',
    inCluster('second'),
    shows({ names: { dns: [cluster] } }, expresswayC),
    'pass',
  ],
  ['no cluster', {}, shows({}, expresswayC), 'not-applicable'],
  [
    'a cluster of Expressway-E only',
    { clusterNames: { expressway_e: cluster } },
    shows({}, expresswayC),
    'not-applicable',
  ],
  ['Expressway-E', declared, shows({}), 'not judged'],
  ['a port that has to be closed', declared, shows({}, closedC), 'not-applicable'],
  ['no certificate', declared, showsNothing(expresswayC), 'unknown'],
  ['not looked', declared, notLooked(expresswayC), 'unknown'],
])('%s', (_, facts, observed, expected) => {
  expect(outcome(judge(sanClusterName, round(facts, [observed])))).toBe(expected);
});
