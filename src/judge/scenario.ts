import type { DomainSubject } from '../model/subject.ts';
import { isAddress } from './address.ts';
import { domainPart, nameKey, whyNothing } from './answers.ts';
import type { RoundView } from './check.ts';

/**
 * How discovery is laid out, as the answers show it. "Network Domain" (X15): `split-dns`, one domain with another answer inside;
 * `dual-domain`, Unified CM stands in a domain of its own and the edge domain is not served inside; `one-view`, one domain whose
 * clients have the edge only.
 */
export type Scenario = 'split-dns' | 'dual-domain' | 'one-view';

/** Recognises the layout of one edge domain; undefined when internal DNS was not asked or does not tell. */
export function scenarioOf(round: RoundView, { id, domain }: DomainSubject): Scenario | undefined {
  const reading = round.reading(id, 'dns:internal:srv/cisco-uds');
  if (!reading || whyNothing(reading)) return undefined;
  if (reading.outcome === 'answer') return 'split-dns';
  const inner = round.deployment.nodes.unified_cm
    .map(({ name }) => name)
    .filter(name => !isAddress(name) && name.includes('.'))
    .map(name => nameKey(domainPart(name)));
  const isElsewhere = (name: string) => name !== domain && !name.endsWith(`.${domain}`);
  return inner.length > 0 && inner.every(isElsewhere) ? 'dual-domain' : 'one-view';
}
