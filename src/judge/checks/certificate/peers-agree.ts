import { sameName } from '../../answers.ts';
import { defineCheck, fail, notApplicable, pass, type RoundView } from '../../check.ts';
import { allNames } from '../../names.ts';

/** A renewal has to reach every peer of a cluster; what clients meet depends on the peer until it did. */
export const peersAgree = defineCheck({
  id: 'certificate/peers-agree',
  holds: 'The Expressway-E peers of a cluster show certificates of one renewal',
  about: 'node',
  roles: ['expressway_e'],
  needs: [],
  sources: [
    { document: 'R34', section: 'certificates of a cluster' },
    { document: 'D1', section: 'Expressway Certificate / TLS Connectivity Issues' },
  ],
  findings: {
    CERT_PEER_NOT_RENEWED: {
      severity: 'warning',
      affects: 'sign-in',
      message:
        '{host} still shows the certificate of {since}, while its peer {peer} shows one of {renewed} for the same names',
      consequenceOf: ['CERT_EXPIRED', 'CERT_EXPIRES_SOON', 'CERT_NOT_YET_VALID'].map(
        code => ({ code, within: 'deployment' }) as const,
      ),
    },
    CERT_PEER_ISSUERS_DIFFER: {
      severity: 'info',
      affects: 'sign-in',
      message: '{host} has its certificate from {issuer}, its peer {peer} a newer one from {other}',
    },
  },
  judge({ subject, round }) {
    const own = leafOf(round, subject.host);
    if (!own) return notApplicable('no certificate was seen on 8443');
    const clusterOf = (host: string) =>
      round.deployment.nodes.expressway_e.find(({ name }) => sameName(name, host))?.cluster;
    const newer = round
      .subjects('node')
      .filter(
        ({ role, host }) =>
          role === 'expressway_e' && host !== subject.host && clusterOf(host) === clusterOf(subject.host),
      )
      .flatMap(({ host }) => {
        const leaf = leafOf(round, host);
        return leaf && leaf.notBefore > own.notBefore ? [{ host, leaf }] : [];
      });
    if (newer.length === 0) return notApplicable('no peer shows a newer certificate');
    const names = (leaf: typeof own) => [...new Set(allNames(leaf))].sort().join(' ');
    const renewed = newer.find(({ leaf }) => names(leaf) === names(own));
    const other = newer.find(({ leaf }) => leaf.issuer !== own.issuer);
    const certificate = own.fingerprint;
    if (renewed) {
      const dates = { since: dayOf(own.notBefore), renewed: dayOf(renewed.leaf.notBefore) };
      return fail({
        code: 'CERT_PEER_NOT_RENEWED',
        evidence: { certificate, ...dates, peer: renewed.host },
      });
    }
    if (!other) return pass;
    return fail({
      code: 'CERT_PEER_ISSUERS_DIFFER',
      evidence: { certificate, issuer: own.issuer, peer: other.host, other: other.leaf.issuer },
    });
  },
});

function leafOf(round: RoundView, host: string) {
  return round
    .subjects('service')
    .filter(service => service.purpose === 'edge-https' && service.host === host)
    .flatMap(({ id }) => round.reading(id, 'tls')?.chain[0] ?? [])[0];
}

const dayOf = (moment: string) => moment.slice(0, 10);
