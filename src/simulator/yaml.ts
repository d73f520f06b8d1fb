import {
  addressesOf,
  chatNodeAlias,
  clusterName,
  dnsPort,
  domain,
  nameOf,
  ntpPort,
  phoneSecurityProfile,
  unifiedCms,
} from './world.ts';

export type ConfigurationRequest = {
  readonly network: number;
  readonly vantage: 'external' | 'internal';
  /** Path of a file with the simulated roots. */
  readonly trustFile: string;
  /** False when Unity Connection could not take its port. */
  readonly voicemail: boolean;
};

/** The configuration text with which mradar watches the simulated deployment. */
export function configurationOf({ network, vantage, trustFile, voicemail }: ConfigurationRequest): string {
  const addresses = addressesOf(network);
  const external = vantage === 'external';
  const resolver = external
    ? `public: ["${addresses.outsideDns}:${dnsPort}"]`
    : `internal: ["${addresses.insideDns}:${dnsPort}"]`;
  const names = (...hosts: readonly string[]) => `[${hosts.map(nameOf).join(', ')}]`;
  const lines = [
    `vantage: ${vantage}`,
    `resolvers: { ${resolver} }`,
    'deployments:',
    `  - name: ${external ? 'example-outside' : 'example-inside'}`,
    `    domains: [${domain}]`,
    `    trust: [${JSON.stringify(trustFile)}]`,
    '    versions: { expressway: X15.0.3, unified_cm: 15SU2 }',
    '    nodes:',
    `      expressway_e: ${names('expe1', 'expe2')}`,
  ];
  if (!external) {
    lines.push(
      `      expressway_c: ${names('expc1', 'expc2')}`,
      `      unified_cm: ${names(...unifiedCms)}`,
      `      im_presence: ${names('imp1')}`,
      ...(voicemail ? [`      unity_connection: ${names('cuc1')}`] : []),
      `      ntp: [{ name: ${addresses.ntp}, port: ${ntpPort} }]`,
    );
  }
  lines.push(
    `    cluster_names: { expressway_c: ${clusterName} }`,
    `    phone_security_profiles: [${phoneSecurityProfile}]`,
    `    chat_node_aliases: [${chatNodeAlias}]`,
  );
  return `${lines.join('\n')}\n`;
}
