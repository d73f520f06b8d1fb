import forge from 'node-forge';

const { asn1 } = forge;
const { Class, Type } = asn1;
type Asn1 = forge.asn1.Asn1;

const dayMs = 86_400_000;

/** An OCSP response (RFC 6960) about no certificate in particular, with a signature that fits nothing: clients here only read it. */
export function certificateStatus(kind: 'good' | 'revoked' | 'outdated', now: Date): Buffer {
  const days = (count: number) => new Date(now.getTime() + count * dayMs);
  const from = days(kind === 'outdated' ? -9 : -1);
  const until = days(kind === 'outdated' ? -2 : 6);
  const certificate = sequence(
    sequence(oid(sha1)),
    octets('\0'.repeat(20)),
    octets('\0'.repeat(20)),
    integer(1),
  );
  const status = kind === 'revoked' ? tagged(1, [time(from)]) : tagged(0, '');
  const answer = sequence(certificate, status, time(from), tagged(0, [time(until)]));
  const data = sequence(tagged(2, [octets('\0'.repeat(20))]), time(from), sequence(answer));
  const signature = universal(Type.BITSTRING, '\0\0');
  const basic = sequence(data, sequence(oid(sha256WithRsa)), signature);
  const bytes = sequence(oid(basicResponse), octets(asn1.toDer(basic).getBytes()));
  const response = sequence(universal(Type.ENUMERATED, '\0'), tagged(0, [bytes]));
  return Buffer.from(asn1.toDer(response).getBytes(), 'latin1');
}

const basicResponse = '1.3.6.1.5.5.7.48.1.1';
const sha1 = '1.3.14.3.2.26';
const sha256WithRsa = '1.2.840.113549.1.1.11';

function universal(type: forge.asn1.Type, value: string): Asn1 {
  return asn1.create(Class.UNIVERSAL, type, false, value);
}
function sequence(...values: Asn1[]): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, values);
}
function tagged(tag: number, value: Asn1[] | string): Asn1 {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag as forge.asn1.Type, typeof value !== 'string', value);
}
function oid(id: string): Asn1 {
  return universal(Type.OID, asn1.oidToDer(id).getBytes());
}
function octets(bytes: string): Asn1 {
  return universal(Type.OCTETSTRING, bytes);
}
function integer(value: number): Asn1 {
  return universal(Type.INTEGER, String.fromCharCode(value));
}
function time(date: Date): Asn1 {
  return universal(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date) as string);
}
