import type { Observation, Reading } from '../model/observation.ts';
import type { Report } from '../model/report.ts';

/**
 * What the views show of a reading, by layer. Written down here because a view knows no probe; a test holds these types
 * against those of the probes. Every member may be absent: a conversation ends where it ends.
 */
export type ShownReadings = {
  readonly dns: Reading & {
    readonly resolver: string;
    readonly name: string;
    readonly type: string;
    readonly outcome: string;
    readonly records: readonly ShownRecord[];
    readonly rttMs?: number;
  };
  readonly tcp: Reading & {
    readonly address: string;
    readonly port: number;
    readonly state: string;
    readonly connectMs?: number;
  };
  readonly tls: Reading & {
    readonly protocol?: string;
    readonly handshakeMs?: number;
    readonly verification?: { readonly trusted: boolean };
    readonly chain: readonly ShownCertificate[];
  };
  readonly survey: Reading & {
    readonly accepted: readonly string[];
    readonly refused: readonly string[];
  };
  readonly mutual: Reading & {
    readonly outcome?: 'accepted' | 'refused' | 'not-requested';
  };
  readonly http: Reading & {
    readonly status?: number;
    readonly statusText?: string;
    readonly responseMs?: number;
    readonly clockDifferenceMs?: number;
  };
  readonly login: Reading & { readonly status?: number };
  readonly sip: Reading & {
    readonly status?: number;
    readonly responseMs?: number;
  };
  readonly xmpp: Reading & {
    readonly starttls?: 'required' | 'offered' | 'absent';
    readonly mechanisms: readonly string[];
    readonly featuresMs?: number;
    readonly proceedMs?: number;
    readonly secureFeaturesMs?: number;
  };
  readonly ssh: Reading & {
    readonly offersCertificates?: boolean;
    readonly identificationMs?: number;
    readonly algorithmsMs?: number;
  };
  readonly ntp: Reading & {
    readonly stratum?: number;
    readonly offsetMs?: number;
    readonly delayMs?: number;
    readonly errorMs?: number;
  };
  readonly stun: Reading & {
    readonly outcome: string;
    readonly rttMs?: number;
  };
  readonly udp: Reading & {
    readonly state: string;
    readonly rttMs?: number;
  };
};
export type ShownRecord = {
  readonly type: string;
  readonly ttl?: number;
  readonly address?: string;
  readonly priority?: number;
  readonly weight?: number;
  readonly port?: number;
  readonly target?: string;
};
export type ShownCertificate = {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
};
export type ShownKind = keyof ShownReadings;

/** Every observed layer of one kind, with its stamp. */
export function observed<K extends ShownKind>(
  report: Report,
  kind: K,
): readonly (Extract<Observation, { state: 'observed' }> & { readonly reading: ShownReadings[K] })[] {
  return report.observations.filter(
    (
      observation,
    ): observation is Extract<Observation, { state: 'observed' }> & { reading: ShownReadings[K] } =>
      observation.state === 'observed' && observation.kind === kind,
  );
}

/** Records of the type that was asked for; aliases on the way are not counted. */
export function answers(reading: ShownReadings['dns']): readonly ShownRecord[] {
  return reading.records.filter(record => record.type === reading.type);
}

/** Milliseconds of each stage of a conversation that was reached. */
export function stageTimes(
  observation: Observation,
): readonly { readonly stage: string; readonly ms: number }[] {
  if (observation.state !== 'observed') return [];
  const reading = observation.reading as Partial<Record<string, unknown>>;
  return Object.entries(stages[observation.kind] ?? {}).flatMap(([stage, member]) => {
    const ms = reading[member];
    return typeof ms === 'number' && Number.isFinite(ms) ? [{ stage, ms }] : [];
  });
}

/** Where a reading holds the time of each stage. */
const stages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dns: { dns: 'rttMs' },
  tcp: { connect: 'connectMs' },
  tls: { tls: 'handshakeMs' },
  http: { response: 'responseMs' },
  sip: { response: 'responseMs' },
  xmpp: { features: 'featuresMs', starttls: 'proceedMs', 'secure-features': 'secureFeaturesMs' },
  ssh: { identification: 'identificationMs', algorithms: 'algorithmsMs' },
  ntp: { response: 'delayMs' },
  stun: { response: 'rttMs' },
  udp: { response: 'rttMs' },
};
