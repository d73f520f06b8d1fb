import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readSettings } from '../../../src/offline/logs/collected.ts';
import { readXmlSettings, toReading } from '../../../src/offline/logs/settings.ts';

const text = `*c xConfiguration IP DNS Hostname: "expc1"
*c xConfiguration IP DNS Domain Name: "example.com"
*c xConfiguration DNS Server 1 Address: "10.0.0.53"
*c xConfiguration DNS Server 2 Address: 
*c xConfiguration NTP Server 1 Address: ""
*c xConfiguration CollaborationEdge Enabled: "On"
*c xConfiguration EdgeConfigServer CredentialTtl: "28800"
*c xConfiguration SIP Domains Domain 1 Name: "example.com"
*c xConfiguration SIP Domains Domain 1 Edge: "On"
*c xConfiguration SIP Domains Domain 1 EdgeXmpp: "Off"
*c xConfiguration Traversal Server Media Demultiplexing RTP Port: "2776"
*c xConfiguration Zones Zone 6 Name: "Traversal &amp; more"
*c xConfiguration Zones Zone 6 TraversalClient Accept Delegated Credential Checks: "Off"
*c xConfiguration Zones Zone 6 TraversalClient Authentication Mode: "DoNotCheckCredentials"
*c xConfiguration Zones Zone 6 TraversalClient Authentication Password: "{cipher}abc"
*c xConfiguration Zones Zone 6 TraversalClient Authentication UserName: "zone"
*c xConfiguration Zones Zone 6 TraversalClient Collaboration Edge: "On"
*c xConfiguration Zones Zone 6 TraversalClient Peer 1 Address: "expe1.example.com"
*c xConfiguration Zones Zone 6 TraversalClient Peer 2 Address: 
*c xConfiguration Zones Zone 6 TraversalClient SIP Media Encryption Mode: "On"
*c xConfiguration Zones Zone 6 TraversalClient SIP Port: "7001"
*c xConfiguration Zones Zone 6 TraversalClient SIP TLS Verify Mode: "On"
*c xConfiguration Zones Zone 6 TraversalClient SIP Transport: "TLS"
*c xConfiguration Zones Zone 6 Type: "TraversalClient"
`;

const xml = `<?xml version="1.0"?>
<Configuration item="1">
  <IP item="1"><DNS item="1"><Hostname item="1">expc1</Hostname><Domain item="1"><Name item="1">example.com</Name></Domain></DNS></IP>
  <DNS item="1"><Server item="1"><Address item="1">10.0.0.53</Address></Server><Server item="2"><Address item="1"/></Server></DNS>
  <NTP item="1"><Server item="1"><Address item="1"></Address></Server></NTP>
  <CollaborationEdge item="1"><Enabled item="1">On</Enabled></CollaborationEdge>
  <EdgeConfigServer item="1"><CredentialTtl item="1">28800</CredentialTtl></EdgeConfigServer>
  <SIP item="1"><Domains item="1"><Domain item="1"><Name item="1">example.com</Name><Edge item="1">On</Edge><EdgeXmpp item="1">Off</EdgeXmpp></Domain></Domains></SIP>
  <Traversal item="1"><Server item="1"><Media item="1"><Demultiplexing item="1"><RTP item="1"><Port item="1">2776</Port></RTP></Demultiplexing></Media></Server></Traversal>
  <Zones item="1"><Zone item="6"><Name item="1">Traversal &amp;amp; more</Name>
    <TraversalClient item="1">
      <Accept item="1"><Delegated item="1"><Credential item="1"><Checks item="1">Off</Checks></Credential></Delegated></Accept>
      <Authentication item="1"><Mode item="1">DoNotCheckCredentials</Mode><Password item="1">{cipher}abc</Password><UserName item="1">zone</UserName></Authentication>
      <Collaboration item="1"><Edge item="1">On</Edge></Collaboration>
      <Peer item="1"><Address item="1">expe1.example.com</Address></Peer><Peer item="2"><Address item="1"/></Peer>
      <SIP item="1"><Media item="1"><Encryption item="1"><Mode item="1">On</Mode></Encryption></Media><Port item="1">7001</Port><TLS item="1"><Verify item="1"><Mode item="1">On</Mode></Verify></TLS><Transport item="1">TLS</Transport></SIP>
    </TraversalClient>
    <Type item="1">TraversalClient</Type>
  </Zone></Zones>
</Configuration>`;

test('an export says the same as text and as XML', () => {
  expect(readSettings('x', xml)).toEqual(readSettings('x', text));
});

test('values of secrets are left out, and how long credentials live is none', () => {
  const settings = readSettings('x', text);
  expect(settings.filter(({ value }) => value === '<hidden>').map(({ name }) => name)).toEqual([
    'Zones Zone 6 TraversalClient Authentication Password',
  ]);
});

test('settings are told in the words of the field', () => {
  expect(toReading(readSettings('x', text))).toEqual({
    hostName: 'expc1',
    domainName: 'example.com',
    dnsServers: ['10.0.0.53'],
    ntpServers: [],
    remoteAccess: true,
    tokenLifetime: 28_800,
    authorizations: {},
    digestCache: {},
    mediaPorts: {},
    domains: [{ name: 'example.com', registration: true, presence: false }],
    protection: [],
    zones: [
      {
        name: 'Traversal &amp; more',
        type: 'TraversalClient',
        unified: true,
        authentication: 'DoNotCheckCredentials',
        userName: 'zone',
        sipPort: 7001,
        sipTransport: 'TLS',
        tlsVerify: true,
        mediaEncryption: 'On',
        peers: ['expe1.example.com'],
      },
    ],
  });
});

test('a damaged export is read as far as it goes', () => {
  const cut = xml.slice(0, xml.indexOf('<Traversal item'));
  expect(toReading(readSettings('x', cut))).toMatchObject({
    hostName: 'expc1',
    remoteAccess: true,
    zones: [],
  });
});

test('no text of any kind breaks the reading', () => {
  assert(
    property(string({ maxLength: 300 }), noise => {
      readXmlSettings(`<Configuration>${noise}</Configuration>`);
      toReading(readSettings('x', text.replace('TraversalClient"', noise)));
    }),
    { numRuns: 300 },
  );
});
