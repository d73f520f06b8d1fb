import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEdgeConfig, readSingleSignOn } from '../../src/net/edge-config.ts';

const published = `<?xml version='1.0' encoding='UTF-8'?>
<getEdgeConfigResponse version="1.0">
 <serviceConfig>
  <service><name>_cisco-phone-tftp</name><error>NameError</error></service>
  <service><name>_cisco-uds</name><server><priority>1</priority><weight>1</weight><port>8443</port><address>cucm.example.com</address></server></service>
  <service><name>tftpServer</name><address>tftp.example.com</address><address></address></service>
 </serviceConfig>
 <edgeConfig>
  <sipEdgeServer><server><address>expe.example.com</address><tlsPort>5061</tlsPort></server></sipEdgeServer>
  <sipRequest><route>&lt;sip:192.0.2.100:5061;transport=tls;zone-id=3;directed;lr&gt;</route></sipRequest>
  <xmppEdgeServer><server><address>expe.example.com</address><tlsPort>5222</tlsPort></server></xmppEdgeServer>
  <httpEdgeServer><server><address>expe.example.com</address><tlsPort></tlsPort></server></httpEdgeServer>
  <turnEdgeServer/>
  <userUdsServer><server><address></address><tlsPort>8443</tlsPort></server></userUdsServer>
 </edgeConfig>
</getEdgeConfigResponse>
`;

test('the answer as it was published', () => {
  expect(readEdgeConfig(published)).toEqual({
    inside: [
      { name: '_cisco-phone-tftp', servers: [], error: 'NameError' },
      { name: '_cisco-uds', servers: [{ name: 'cucm.example.com', port: 8443 }] },
      { name: 'tftpServer', servers: [{ name: 'tftp.example.com' }] },
    ],
    sip: [{ name: 'expe.example.com', port: 5061 }],
    xmpp: [{ name: 'expe.example.com', port: 5222 }],
    http: [{ name: 'expe.example.com' }],
    uds: [],
  });
});

test.each([
  ['nothing', ''],
  ['a page', '<html><body>Sign in</body></html>'],
  ['half of it', published.slice(0, 500)],
])('%s is no edge configuration', (_what, text) => {
  expect(readEdgeConfig(text)).toBeUndefined();
});

test('an empty one names nobody', () => {
  const nobody = { inside: [], sip: [], xmpp: [], http: [], uds: [] };
  expect(readEdgeConfig('<getEdgeConfigResponse/>')).toEqual(nobody);
});

test('a text cut or changed anywhere is read or refused', () => {
  fc.assert(
    fc.property(
      fc.nat(published.length),
      fc.nat(published.length),
      fc.string({ maxLength: 9 }),
      (a, b, text) => {
        readEdgeConfig(published.slice(0, Math.min(a, b)) + text + published.slice(Math.max(a, b)));
      },
    ),
  );
});

test.each([
  ['<SSOResult><Response><SingleSignOn><Status enabled="true"/></SingleSignOn></Response></SSOResult>', true],
  [
    '<SSOResult><Response><SingleSignOn><Status enabled="false"/></SingleSignOn></Response></SSOResult>',
    false,
  ],
  ['<SSOResult><Response/></SSOResult>', undefined],
  ['{"enabled":true}', undefined],
])('single sign-on: %s is %s', (text, enabled) => {
  expect(readSingleSignOn(text)).toBe(enabled);
});
