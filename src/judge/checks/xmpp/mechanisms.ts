import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Inside TLS the server offers a way to sign in; it asks IM and Presence for the mechanisms. */
export const xmppMechanisms = defineCheck({
  id: 'xmpp/mechanisms',
  holds: 'Inside TLS a way to sign in is on offer',
  about: 'service',
  roles: ['expressway_e'],
  needs: ['xmpp', 'tls'],
  sources: [
    { document: 'D1', section: 'IM and Presence Service Realm Changes', requirements: ['XMP-08'] },
    { document: 'RFC6120', section: '6.4.1 Exchange of Stream Headers and Stream Features' },
  ],
  findings: {
    XMPP_NO_MECHANISMS: {
      severity: 'critical',
      affects: 'messaging',
      message: '{host} ({address}) offers no way to sign in on {port} ({title})',
    },
  },
  judge({ subject, readings: { xmpp, tls } }) {
    if (subject.purpose !== 'edge-xmpp') return notApplicable('servers sign in by other means');
    if (tls.failure || xmpp.failure || xmpp.secureFeaturesMs === undefined)
      return unknown('the server did not say what it offers inside TLS');
    return xmpp.mechanisms.length > 0 ? pass : fail({ code: 'XMPP_NO_MECHANISMS', evidence: {} });
  },
});
