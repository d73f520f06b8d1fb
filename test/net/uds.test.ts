import { expect, test } from 'vitest';
import { readUdsClusterUser, readUdsServers, readUdsVersion } from '../../src/net/uds.ts';

test('the version of Unified CM, and that of the schema', () => {
  const text =
    '<versionInformation uri="https://h/cucm-uds/version" version="10.0.0"><version>14.0.1</version>' +
    '<capabilities><usersResourceAuthEnabled>true</usersResourceAuthEnabled></capabilities></versionInformation>';
  expect(readUdsVersion(text)).toEqual({ version: '14.0.1', schema: '10.0.0' });
  expect(readUdsVersion('<versionInformation><version>9.1</version></versionInformation>')).toEqual({
    version: '9.1',
  });
  expect(readUdsVersion('<versionInformation/>')).toBeUndefined();
  expect(readUdsVersion('<html><version>1</version></html>')).toBeUndefined();
});

test('the nodes of a cluster', () => {
  const text =
    '<servers uri="u" version="10"><server>a.example.com</server><server> b </server><server/></servers>';
  expect(readUdsServers(text)).toEqual(['a.example.com', 'b']);
  expect(readUdsServers('<servers/>')).toEqual([]);
  expect(readUdsServers('<error/>')).toBeUndefined();
});

test('where a user is at home; the name does not come back', () => {
  const found =
    '<clusterUser uri="https://h/cucm-uds/clusterUser" version="10.0.0">' +
    '<result version="10.0.0" uri="https://h:8443/cucm-uds/user/alice" found="true"/>' +
    '<homeCluster serversUri="https://h:8443/cucm-uds/servers">h.example.com</homeCluster></clusterUser>';
  expect(readUdsClusterUser(found)).toEqual({ found: true, homeCluster: 'h.example.com' });
  const lost = '<clusterUser><result version="10.0.0" found="false"/></clusterUser>';
  expect(readUdsClusterUser(lost)).toEqual({ found: false });
  expect(readUdsClusterUser('<clusterUser/>')).toBeUndefined();
  expect(readUdsClusterUser('<errors><error/></errors>')).toBeUndefined();
});
