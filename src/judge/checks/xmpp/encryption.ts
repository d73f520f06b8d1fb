import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Outside there is no XMPP in clear: a client has to go over to TLS before it says who it is. */
export const xmppEncryption = defineCheck({
  id: 'xmpp/encryption',
  holds: 'XMPP from outside goes over to TLS before anybody signs in',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['xmpp'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring Secure Communications',
      requirements: ['CRT-67'],
      versions: 'X8.2 and X8.10 say it',
    },
    { document: 'D1', section: 'Protocol Summary', requirements: ['CRT-67'] },
    { document: 'RFC6120', section: '5.3.1 Mandatory-to-Negotiate' },
  ],
  findings: {
    XMPP_NO_STARTTLS: {
      severity: 'critical',
      affects: 'messaging',
      message: '{host} ({address}) does not go over to TLS on {port} ({title}): {how}',
    },
    XMPP_STARTTLS_OPTIONAL: {
      severity: 'warning',
      affects: 'messaging',
      message: '{host} ({address}) lets clients sign in without TLS on {port} ({title}), by {mechanisms}',
    },
  },
  judge({ subject, readings: { xmpp } }) {
    if (subject.purpose !== 'edge-xmpp')
      return notApplicable('between servers TLS is as the two sides have agreed');
    const { starttls, failure, streamError, mechanismsInClear } = xmpp;
    if (starttls === undefined) return unknown('the server did not say what it offers');
    if (starttls === 'absent')
      return fail({ code: 'XMPP_NO_STARTTLS', evidence: { how: 'it does not offer STARTTLS' } });
    if (failure?.stage === 'starttls' && streamError === undefined) {
      const refused = failure.reason === 'starttls-refused';
      const how = refused ? 'it offers STARTTLS and refuses it' : `STARTTLS ended with ${failure.reason}`;
      return fail({ code: 'XMPP_NO_STARTTLS', evidence: { how } });
    }
    // Where nothing else is on offer, TLS is demanded also without the word.
    return starttls === 'offered' && mechanismsInClear.length > 0
      ? fail({ code: 'XMPP_STARTTLS_OPTIONAL', evidence: { mechanisms: mechanismsInClear } })
      : pass;
  },
});
