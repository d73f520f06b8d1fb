import { assert, domain, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEdgeSegment } from '../../../src/offline/logs/edge-path.ts';

test.each([
  ['dGJ0cC5jb20', { domain: 'tbtp.com' }],
  ['ZXhhbXBsZS5jb20=', { domain: 'example.com' }],
  [
    'c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvODQ0Mw',
    { domain: 'steven.lab', server: { scheme: 'https', host: 'cucm.steven.lab', port: 8443 } },
  ],
  [
    'ZXhhbXBsZS5jb20vaHR0cC8xMC4xNS4wLjMzLzY5NzA',
    { domain: 'example.com', server: { scheme: 'http', host: '10.15.0.33', port: 6970 } },
  ],
  ['cucm-uds', undefined],
  ['get_edge_config', undefined],
  ['devices', undefined],
  ['ZXhhbXBsZQ', undefined],
])('%s', (segment, target) => {
  expect(decodeEdgeSegment(segment)).toEqual(target);
});

test('every domain comes back, and no text breaks it', () => {
  assert(
    property(domain(), name => {
      expect(decodeEdgeSegment(Buffer.from(name).toString('base64url'))).toEqual({ domain: name });
    }),
  );
  assert(property(string(), text => void decodeEdgeSegment(text)));
});
