import type { Incident, Look } from '../../src/model/incident.ts';
import type { Report } from '../../src/model/report.ts';
import type { Outcome, StoreSettings } from '../../src/store/store.ts';

/** A report as small as a store can tell it from others. */
export function report(name: string, minute: number, codes: readonly string[] = []): Report {
  const causes = codes.map(code => ({ code }));
  const at = new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();
  const diagnosis = { status: codes.length > 0 ? 'critical' : 'ok', causes };
  return { deployment: { name }, at, diagnosis } as unknown as Report;
}

export function incident(id: string, values: Partial<Incident> = {}): Incident {
  return {
    ...{ id, deployment: 'a', code: 'X', severity: 'critical', affects: 'sign-in', check: 'c' },
    ...{ subject: 'a/s', judged: 'a/s', message: 'It fails', evidence: {}, cause: 'X', state: 'open' },
    ...{
      suspectedAt: '2026-03-01T10:00:00.000Z',
      seenAt: '2026-03-01T10:00:00.000Z',
      sightings: 1,
      changes: [],
    },
    ...values,
  } as Incident;
}

export function look(minute: number, codes: readonly string[], facts: Look['facts'] = {}): Look {
  const at = new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();
  return { subject: 'a/s', at, codes, facts, observations: [] };
}

export function outcome(values: Partial<Outcome> = {}): Outcome {
  return { incidents: [], looks: [], suspected: [], states: new Map(), ...values };
}

export const settings: StoreSettings = {
  ...{ keepMs: 400 * 86_400_000, maxBytes: 512 * 1_048_576, failures: 20 },
  ...{ onProblem: () => {}, onRecovery: () => {} },
};
