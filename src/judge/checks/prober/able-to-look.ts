import type { Reason } from '../../../model/failure.ts';
import { defineCheck, failIfAny } from '../../check.ts';

type Code =
  | 'PROBER_OUT_OF_DESCRIPTORS'
  | 'PROBER_NO_ROUTE'
  | 'PROBER_NOT_PERMITTED'
  | 'PROBER_OVERLOADED'
  | 'PROBER_FAULT';

const codes: Readonly<Partial<Record<Reason, Code>>> = {
  'no-descriptors': 'PROBER_OUT_OF_DESCRIPTORS',
  'no-route': 'PROBER_NO_ROUTE',
  'no-permission': 'PROBER_NOT_PERMITTED',
  overloaded: 'PROBER_OVERLOADED',
};

/** Whoever looks has to be able to look: what we could not try says nothing about anybody else. */
export const ableToLook = defineCheck({
  id: 'prober/able-to-look',
  holds: 'Everything planned could be looked at',
  about: 'deployment',
  needs: [],
  sources: [{ document: 'RFC9293', section: 'Interfaces' }],
  findings: {
    PROBER_OUT_OF_DESCRIPTORS: {
      severity: 'critical',
      affects: 'operations',
      message:
        '{steps} could not be looked at because mradar has no file descriptors left ({error}); nothing is said about {targets}',
    },
    PROBER_NO_ROUTE: {
      severity: 'critical',
      affects: 'operations',
      message:
        '{steps} could not be looked at because this machine has no route ({error}); nothing is said about {targets}',
    },
    PROBER_NOT_PERMITTED: {
      severity: 'critical',
      affects: 'operations',
      message:
        '{steps} could not be looked at because this machine does not permit it ({error}); nothing is said about {targets}',
    },
    PROBER_OVERLOADED: {
      severity: 'critical',
      affects: 'operations',
      message:
        '{steps} waited in vain while mradar itself had no processor time left; nothing is said about {targets}',
    },
    PROBER_FAULT: {
      severity: 'critical',
      affects: 'operations',
      message:
        '{steps} could not be looked at because of a fault in mradar or on this machine ({error}); nothing is said about {targets}',
    },
  },
  judge({ round }) {
    const byCode = Map.groupBy(round.errored, ({ failure }) => codes[failure.reason] ?? 'PROBER_FAULT');
    return failIfAny(
      [...byCode].map(([code, errored]) => {
        const steps = new Set(errored.map(({ step }) => step)).size;
        const errors = new Set(errored.map(({ failure }) => failure.code ?? failure.reason));
        const targets = new Set(errored.map(({ subject }) => nameOf(subject)));
        return {
          code,
          evidence: {
            steps: steps === 1 ? '1 step' : `${steps} steps`,
            error: [...errors].join(', '),
            targets: atMost([...targets], 4),
          },
        };
      }),
    );

    function nameOf(id: string): string {
      const subject = round.subject(id);
      if (!subject || subject.kind === 'deployment') return 'the deployment';
      if (subject.kind === 'domain') return subject.domain;
      return subject.kind === 'resolver' ? subject.address : subject.host;
    }
  },
});

function atMost(names: readonly string[], limit: number): readonly string[] {
  return names.length <= limit ? names : [...names.slice(0, limit), `${names.length - limit} more`];
}
