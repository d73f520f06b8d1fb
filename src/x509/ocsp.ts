import { type DerElement, derChildren, derElement, derTag } from './der.ts';

/** What an OCSP responder says of the first certificate it answers for. RFC 6960 section 4.2.1. */
export type CertificateStatus = {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** ISO 8601 UTC. */
  readonly thisUpdate: string;
  /** When newer words will be there; absent when the responder always has them. */
  readonly nextUpdate?: string;
  readonly revokedAt?: string;
};

const maxBytes = 64 * 1024;
const successful = 0;

/** Reads an OCSP response; undefined when it is none, is an error, or holds no answer. Its signature is not looked at. */
export function readCertificateStatus(der: Uint8Array): CertificateStatus | undefined {
  if (der.length > maxBytes) return undefined;
  const bytes = Buffer.from(der);
  const inside = (parent: DerElement | undefined) => derChildren(bytes, parent);
  const [state, wrapped] = inside(derElement(bytes, 0, bytes.length));
  if (state?.tag !== 0x0a || bytes[state.start] !== successful) return undefined;
  const [, octets] = inside(inside(wrapped)[0]);
  if (octets?.tag !== derTag.octets) return undefined;
  const [data] = inside(derElement(bytes, octets.start, octets.end));
  // Version and extensions are tagged, the responder too: the list is the only plain sequence.
  const list = inside(data).find(({ tag }) => tag === derTag.sequence);
  const [, status, thisUpdate, next] = inside(inside(list)[0]);
  const said = status && statuses[status.tag & 0x1f];
  const from = timeIn(bytes, thisUpdate);
  if (said === undefined || from === undefined) return undefined;
  const until = next?.tag === 0xa0 ? timeIn(bytes, inside(next)[0]) : undefined;
  const revokedAt = said === 'revoked' ? timeIn(bytes, inside(status)[0]) : undefined;
  return {
    status: said,
    thisUpdate: from,
    ...(until !== undefined && { nextUpdate: until }),
    ...(revokedAt !== undefined && { revokedAt }),
  };
}

/** By context tag. */
const statuses: readonly CertificateStatus['status'][] = ['good', 'revoked', 'unknown'];

/** A GeneralizedTime in the only form that RFC 6960 allows: seconds, UTC. */
function timeIn(bytes: Buffer, element: DerElement | undefined): string | undefined {
  if (element?.tag !== 0x18) return undefined;
  const text = bytes.toString('latin1', element.start, element.end);
  const fields = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!fields) return undefined;
  const [, year, month, day, hour, minute, second] = fields;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
