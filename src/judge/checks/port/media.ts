import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/**
 * Media comes from anywhere to UDP ports that nobody listens on but during a call, so that silence says nothing, and "port
 * unreachable" is said by hosts and by firewalls alike. Only who says "administratively prohibited" is surely a firewall.
 */
export const media = defineCheck({
  id: 'port/media',
  holds: 'No firewall says that it keeps media from the Expressway-E',
  about: 'address',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    {
      document: 'D1',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['PORT-11'],
    },
    {
      document: 'D3',
      section: 'Inbound from public internet to Expressway-E (DMZ)',
      requirements: ['PORT-11'],
    },
    { document: 'D0', section: 'Firewall Configuration', requirements: ['PORT-11'] },
  ],
  findings: {
    MEDIA_PROHIBITED: {
      severity: 'critical',
      affects: 'calls',
      message: 'A firewall rejects UDP to media ports of {host} ({address}), among them {ports}',
      consequenceOf: [
        { code: 'ADDRESS_UNREACHABLE', within: 'address' },
        { code: 'NODE_UNREACHABLE', within: 'node' },
        { code: 'DNS_ADDRESS_PRIVATE', within: 'address' },
      ],
    },
  },
  judge({ subject, round }) {
    const looks = round
      .readings('udp')
      .flatMap(({ subject: service, reading }) =>
        service.kind === 'service' && service.purpose === 'media' && service.address === subject.address
          ? [reading]
          : [],
      );
    if (looks.length === 0) return notApplicable('media ports are looked at from outside, over IPv4');
    const prohibited = looks.filter(({ failure }) => failure?.code === 'EHOSTUNREACH');
    if (prohibited.length === looks.length)
      return fail({
        code: 'MEDIA_PROHIBITED',
        evidence: { ports: prohibited.map(({ port }) => String(port)) },
      });
    if (prohibited.length > 0)
      return unknown(
        'a firewall rejects some of the ports: the range of the Expressway-E may be a smaller one',
      );
    if (looks.some(({ state }) => state === 'open')) return pass;
    return looks.some(({ state }) => state === 'open-or-filtered')
      ? unknown('silence on UDP says nothing: nobody listens there but during a call')
      : notApplicable('without a call nobody listens there, which the host or a firewall says');
  },
});
