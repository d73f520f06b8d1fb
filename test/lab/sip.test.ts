import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SipOptions, sip } from '../../probes/sip.ts';
import { type Authority, issue, labAt, openAuthority } from './edge.ts';
import { startKamailio } from './kamailio.ts';
import { startSipp } from './sipp.ts';
import { context, patience, run } from './tools.ts';

vi.setConfig(patience);

const { behind: address } = labAt(11);
const transports = ['udp', 'tcp', 'tls'] as const;
let authority: Authority;
beforeAll(async () => {
  authority = await openAuthority();
});
afterAll(() => authority?.close());

function look(transport: SipOptions['transport'], more: Partial<SipOptions> = {}, timeoutMs = 3_000) {
  const options = {
    ...{ address, port: transport === 'tls' ? 5061 : 5060, transport, serverName: 'expe1.lab.test' },
    ...{ trust: [authority.office.trust], uri: 'sip:lab.test', keepAlive: false, ...more },
  };
  return sip.run(options, context(timeoutMs));
}

/** The status line and the allowed methods as sipsak reads them. */
async function sipsakReads(transport: 'udp' | 'tcp') {
  const { out } = await run('sipsak', ['-vvv', '-s', `sip:lab@${address}:5060`, '-E', transport]);
  const [reply = ''] = out.split('message received').slice(1);
  return {
    line: /^SIP\/2\.0 (.*)$/m.exec(reply)?.[1],
    server: /^Server: (.*)$/m.exec(reply)?.[1],
    allow: /^Allow: (.*)$/m.exec(reply)?.[1]?.split(', '),
  };
}

describe('Kamailio', () => {
  test.each([
    { status: 200, phrase: 'OK' },
    { status: 404, phrase: 'Not Found' },
    { status: 503, phrase: 'Maintenance Mode' },
  ])('answers $status: the same that sipsak reads, and no failure', async ({ status, phrase }) => {
    const route = `append_to_reply("Allow: OPTIONS, INVITE\\r\\n"); sl_send_reply("${status}", "${phrase}");`;
    const server = await startKamailio(address, await issue(authority, 'expe1'), route);
    try {
      for (const transport of transports) {
        const { sip: reading } = await look(transport, { keepAlive: true });
        if (reading === undefined || 'notApplicable' in reading) throw new Error('no reading');
        expect(reading.failure).toBeUndefined();
        expect(reading).toMatchObject({ status, reasonPhrase: phrase, requests: 1, keepAlive: 'pong' });
        expect(reading).toMatchObject({ product: 'TANDBERG/4137', version: 'X15.0.3' });
        if (transport === 'tls') continue;
        const { server, allow } = reading;
        expect({ line: `${reading.status} ${reading.reasonPhrase}`, server, allow }).toEqual(
          await sipsakReads(transport),
        );
      }
    } finally {
      await server.stop();
    }
  });

  test('that drops every request is silent, not broken in another way', async () => {
    const server = await startKamailio(address, await issue(authority, 'expe1'), 'drop;');
    try {
      for (const transport of transports) {
        const { tcp, sip: reading } = await look(transport, {}, 700);
        expect(reading).toMatchObject({ failure: { stage: 'response', reason: 'timeout' } });
        if (transport !== 'udp') expect(tcp).toMatchObject({ state: 'open' });
      }
    } finally {
      await server.stop();
    }
  });

  test('with an expired certificate still answers, and the certificate is read', async () => {
    const expired = await issue(authority, 'expe1', { fromDay: -400 });
    const server = await startKamailio(address, expired, 'sl_send_reply("200", "OK");');
    try {
      const { tls, sip: reading } = await look('tls');
      expect(tls).toMatchObject({ verification: { trusted: false, code: 'CERT_HAS_EXPIRED' } });
      expect(reading).toMatchObject({ status: 200 });
    } finally {
      await server.stop();
    }
  });

  test('asked in clear on its TLS port does not answer SIP', async () => {
    const server = await startKamailio(
      address,
      await issue(authority, 'expe1'),
      'sl_send_reply("200", "OK");',
    );
    try {
      const { sip: reading } = await look('tcp', { port: 5061 });
      expect(reading).toMatchObject({ failure: { blame: 'target' } });
      expect(reading).not.toHaveProperty('status');
    } finally {
      await server.stop();
    }
  });

  test('is stopped: nobody listens', async () => {
    expect(await look('udp')).toMatchObject({ sip: { failure: { reason: 'refused' } } });
    expect(await look('tcp')).toMatchObject({ tcp: { state: 'refused' } });
  });
});

test('SIPp, which says 100 first: the request is not repeated at once, and the last word counts', async () => {
  const server = await startSipp({ address, port: 5060 });
  try {
    expect(await look('udp')).toMatchObject({ sip: { provisional: 100, status: 200 } });
  } finally {
    await server.stop();
  }
});
