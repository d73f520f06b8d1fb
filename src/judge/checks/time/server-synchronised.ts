import { defineCheck, fail, notApplicable, pass, unknown } from '../../check.ts';

/** Every Expressway is synchronised to a reliable NTP service, so the declared servers have to be such. */
export const serverSynchronised = defineCheck({
  id: 'time/server-synchronised',
  holds: 'The NTP server answers and is synchronised itself',
  about: 'service',
  roles: ['ntp'],
  needs: ['ntp'],
  sources: [
    {
      document: 'D1',
      section: 'Configuring DNS and NTP Settings',
      requirements: ['NTP-01', 'NTP-02'],
    },
    { document: 'D1', section: 'Configuration Summary / Unified CM', requirements: ['NTP-06'] },
    { document: 'RFC5905', section: '7.3 Packet Header Variables' },
  ],
  findings: {
    NTP_UNSYNCHRONISED: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'The NTP server {host} says of itself that it is not synchronised (stratum {stratum})',
    },
    NTP_SILENT: {
      severity: 'warning',
      affects: 'sign-in',
      message: 'The NTP server {host} gives no time on UDP port {port} ({error})',
    },
  },
  judge({ readings }) {
    const { failure, stratum = 'unknown' } = readings.ntp;
    if (!failure) return pass;
    switch (failure.reason) {
      case 'unsynchronised':
        return fail({ code: 'NTP_UNSYNCHRONISED', evidence: { stratum } });
      case 'kiss-of-death':
        return unknown(
          `the server answers no further requests from here (${failure.code ?? 'kiss of death'})`,
        );
      case 'aborted':
        return notApplicable('the look was ended');
      default:
        return fail({ code: 'NTP_SILENT', evidence: { error: failure.code ?? failure.reason } });
    }
  },
});
