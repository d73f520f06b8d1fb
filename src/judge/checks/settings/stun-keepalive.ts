import { defineCheck, fail, pass } from '../../check.ts';
import { notExported } from '../../exported.ts';

/** Failover of registrations rests on keepalives; exports of many releases do not tell whether they are on. */
export const stunKeepalive = defineCheck({
  id: 'settings/stun-keepalive',
  holds: 'STUN keepalive is on',
  about: 'node',
  roles: ['expressway_c'],
  needs: ['settings'],
  sources: [{ document: 'D4', section: 'Settings', versions: 'X12.7 and later' }],
  findings: {
    SETTINGS_STUN_KEEPALIVE_OFF: {
      severity: 'warning',
      affects: 'calls',
      message: 'STUN keepalive of {host} is Off, so a failover takes minutes',
    },
  },
  judge({ readings }) {
    const on = readings.settings.stunKeepalive;
    if (on === undefined) return notExported;
    return on ? pass : fail({ code: 'SETTINGS_STUN_KEEPALIVE_OFF', evidence: {} });
  },
});
