import { user } from './user.ts';
import {
  addressesOf,
  chatNodeAlias,
  clusterName,
  dnsPort,
  domain,
  nameOf,
  ntpPort,
  pages,
  phoneSecurityProfile,
  unifiedCms,
} from './world.ts';

/** Files from which the configuration takes its secrets. */
export type SecretFiles = {
  /** The password of the simulated user. */
  readonly password: string;
  readonly certificate: string;
  readonly key: string;
};

export type ConfigurationRequest = {
  readonly network: number;
  readonly vantage: 'external' | 'internal';
  /** Path of a file with the simulated roots. */
  readonly trustFile: string;
  /** False when Unity Connection could not take its port. */
  readonly voicemail: boolean;
  readonly secrets?: SecretFiles;
};

/** The configuration text with which mradar watches the simulated deployment. */
export function configurationOf({
  network,
  vantage,
  trustFile,
  voicemail,
  secrets,
}: ConfigurationRequest): string {
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
    '    activation_codes: false',
    `    trust: [${JSON.stringify(trustFile)}]`,
    `    phones: { authorities: [${JSON.stringify(trustFile)}], trust_anchors: [${JSON.stringify(trustFile)}] }`,
    '    security_mode: mixed',
    '    turn: true',
    '    versions: { expressway: X15.0.3, unified_cm: 15SU2 }',
    '    nodes:',
    '      expressway_e:',
    ...(['expe1', 'expe2'] as const).map(
      host =>
        `        - { name: ${nameOf(host)}, internal_address: ${addresses.internal[host]}, public_address: ${addresses.external[host]} }`,
    ),
  ];
  if (external) lines.push(`      push_service: [{ name: ${nameOf('push1')}, port: 8443 }]`);
  else {
    lines.push(
      `      expressway_c: ${names('expc1', 'expc2')}`,
      `      unified_cm: ${names(...unifiedCms)}`,
      `      im_presence: ${names('imp1')}`,
      ...(voicemail ? [`      unity_connection: ${names('cuc1')}`] : []),
      `      ntp: [{ name: ${addresses.ntp}, port: ${ntpPort} }]`,
    );
  }
  lines.push('    pages:', ...pages.map(({ use, url }) => `      - { use: ${use}, url: "${url}" }`));
  if (secrets && external)
    lines.push(`    test_user: { name: ${user.name}, password_file: ${JSON.stringify(secrets.password)} }`);
  if (secrets && !external) {
    const [certificate, key] = [secrets.certificate, secrets.key].map(path => JSON.stringify(path));
    lines.push(`    client_certificate: { certificate: ${certificate}, key: ${key} }`);
  }
  lines.push(
    `    cluster_names: { expressway_c: ${clusterName} }`,
    `    phone_security_profiles: [${phoneSecurityProfile}]`,
    `    chat_node_aliases: [${chatNodeAlias}]`,
  );
  return `${lines.join('\n')}\n`;
}
