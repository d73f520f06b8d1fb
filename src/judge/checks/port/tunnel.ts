import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** On 2222 the SSH service of the tunnels answers, with host keys that are X.509 certificates. */
export const tunnel = defineCheck({
  id: 'port/tunnel',
  holds: 'The SSH service for the tunnels answers on 2222 and offers X.509 host keys',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['ssh'],
  sources: [
    {
      document: 'D1',
      section: 'Outbound from Expressway-C (private) to Expressway-E (DMZ)',
      requirements: ['PORT-02', 'SSH-01'],
    },
    { document: 'R21', section: 'SSH host key algorithms of the tunnels' },
    { document: 'RFC4253', section: '4.2 Protocol Version Exchange' },
  ],
  findings: {
    TUNNEL_NOT_SSH: {
      severity: 'critical',
      affects: 'sign-in',
      message: '{host}:{port} accepts connections but does not speak SSH ({error}), so no tunnel can come up',
    },
    TUNNEL_OTHER_SSH: {
      severity: 'warning',
      affects: 'sign-in',
      message:
        '{host}:{port} is an SSH server without X.509 host keys ({software}): it may not be the tunnel service of an Expressway',
    },
  },
  judge({ subject, readings }) {
    if (subject.purpose !== 'tunnel-ssh') return notApplicable('this is not the port of the tunnels');
    const { failure, identification, software, offersCertificates } = readings.ssh;
    if (!identification && failure)
      return fail({ code: 'TUNNEL_NOT_SSH', evidence: { error: failure.code ?? failure.reason } });
    if (offersCertificates === undefined) return unknown('the server did not tell its algorithms');
    return offersCertificates
      ? pass
      : fail({ code: 'TUNNEL_OTHER_SSH', evidence: { software: software ?? 'unnamed' } });
  },
});
