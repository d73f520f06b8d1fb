import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type XmppOptions, xmpp } from '../../probes/xmpp.ts';
import { type Authority, issue, labAt, openAuthority } from './edge.ts';
import { startProsody } from './prosody.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(12);
let authority: Authority;
beforeAll(async () => {
  authority = await openAuthority();
});
afterAll(() => authority?.close());

function look(more: Partial<XmppOptions> = {}) {
  const options = {
    address,
    port: 5222,
    domain: 'lab.test',
    kind: 'client',
    direct: false,
    ...more,
  } as const;
  return xmpp.run({ ...options, trust: [authority.office.trust] }, context());
}

const prosody = async (lines: readonly string[] = [], change: Parameters<typeof issue>[2] = {}) =>
  startProsody(address, await issue(authority, 'expe1', change), lines);

describe('Prosody', () => {
  test('offers what nmap reads, and the certificate that openssl reads', async () => {
    const server = await prosody();
    try {
      const { tls, xmpp: reading } = await look();
      const script = ['--script', 'xmpp-info', '--script-args', 'xmpp-info.server_name=lab.test'];
      const { out } = await run('nmap', ['-Pn', '-n', '-p', '5222', ...script, address]);
      expect(out).toContain('TLS (required)');
      const offered = /auth_mechanisms:\s*\n([\s\S]*?)\n\n/.exec(out)?.[1] ?? '';
      const mechanisms = offered.split('\n').map(line => line.replace(/^[|_ ]+/, ''));
      expect(reading).toMatchObject({
        from: 'lab.test',
        version: '1.0',
        starttls: 'required',
        mechanisms: expect.arrayContaining(mechanisms),
      });
      expect(reading).not.toHaveProperty('failure');
      const starttls = ['-starttls', 'xmpp', '-xmpphost', 'lab.test', '-servername', 'lab.test'];
      const shown = await run('openssl', ['s_client', '-connect', `${address}:5222`, ...starttls, '-brief']);
      if (tls === undefined || 'notApplicable' in tls) throw new Error('no TLS reading');
      expect(shown.err).toContain(`Protocol version: ${tls.protocol}`);
      expect(shown.err).toContain(
        `Peer certificate: O = Example Collaboration, CN = ${tls.chain[0]?.commonName}`,
      );
      expect(tls.verification).toEqual({ trusted: true });
    } finally {
      await server.stop();
    }
  });

  test('offers the same where TLS comes first', async () => {
    const server = await prosody();
    try {
      const [{ xmpp: after }, { xmpp: first }] = [await look(), await look({ port: 5223, direct: true })];
      expect(after).toMatchObject({ mechanisms: expect.arrayContaining(['SCRAM-SHA-1', 'PLAIN']) });
      expect(first).toMatchObject({ mechanisms: expect.arrayContaining(['SCRAM-SHA-1', 'PLAIN']) });
    } finally {
      await server.stop();
    }
  });

  test('does not know another domain', async () => {
    const server = await prosody();
    try {
      const failure = { stage: 'response', reason: 'stream-error', code: 'host-unknown' };
      expect(await look({ domain: 'other.test' })).toMatchObject({
        xmpp: { streamError: 'host-unknown', failure },
      });
    } finally {
      await server.stop();
    }
  });

  test('without TLS offers none', async () => {
    const server = await prosody([
      'modules_disabled = { "s2s", "posix", "tls" }',
      'c2s_require_encryption = false',
    ]);
    try {
      expect(await look()).toMatchObject({
        xmpp: { starttls: 'absent', failure: { reason: 'no-starttls' } },
      });
    } finally {
      await server.stop();
    }
  });

  test('that lets clients sign in in clear says so', async () => {
    const server = await prosody(['c2s_require_encryption = false']);
    try {
      const { xmpp: reading } = await look();
      expect(reading).toMatchObject({ starttls: 'offered', mechanismsInClear: ['SCRAM-SHA-1'] });
    } finally {
      await server.stop();
    }
  });

  test('with an expired certificate: it is read, and the stream goes on', async () => {
    const server = await prosody([], { fromDay: -400 });
    try {
      const { tls, xmpp: reading } = await look();
      expect(tls).toMatchObject({ verification: { trusted: false, code: 'CERT_HAS_EXPIRED' } });
      expect(reading).toMatchObject({ starttls: 'required' });
    } finally {
      await server.stop();
    }
  });

  test('is stopped: nobody listens', async () => {
    expect(await look()).toMatchObject({ tcp: { state: 'refused' } });
  });
});
