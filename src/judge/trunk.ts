import type { ZoneSettings } from '../model/settings.ts';
import { sameName } from './answers.ts';
import type { RoundView } from './check.ts';

/** SIP Phone Port and SIP Phone Secure Port, as the documents set them. */
export const linePorts: readonly number[] = [5060, 5061];

/** Whether Expressway-C made the zone by itself, for the lines: one for TCP, and one for TLS in mixed mode. */
export function isLineZone({ name }: ZoneSettings): boolean {
  return /^CE(tcp|tls)-/i.test(name);
}

/** Whether the zone leads to Unified CM and was made by hand: then it is for a SIP trunk. */
export function isTrunkZone(zone: ZoneSettings, { deployment }: RoundView): boolean {
  return (
    zone.type.toLowerCase() === 'neighbor' &&
    !isLineZone(zone) &&
    zone.peers.some(peer =>
      deployment.nodes.unified_cm.some(({ name, address }) => sameName(name, peer) || address === peer),
    )
  );
}
