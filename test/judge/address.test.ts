import { expect, test } from 'vitest';
import { addressKind, hostOfEndpoint, isAddress, sameAddress } from '../../src/judge/address.ts';

test.each([
  ['9.9.9.9', 'global'],
  ['0.1.2.3', 'reserved'],
  ['10.0.0.1', 'private'],
  ['100.63.255.255', 'global'],
  ['100.64.0.0', 'carrier-shared'],
  ['100.127.255.255', 'carrier-shared'],
  ['100.128.0.0', 'global'],
  ['127.0.0.1', 'loopback'],
  ['169.254.1.1', 'link-local'],
  ['172.15.255.255', 'global'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'global'],
  ['192.0.0.8', 'reserved'],
  ['192.0.2.1', 'documentation'],
  ['192.167.0.1', 'global'],
  ['192.168.0.1', 'private'],
  ['198.17.0.1', 'global'],
  ['198.19.255.255', 'reserved'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'reserved'],
  ['2620:fe::fe', 'global'],
  ['::', 'reserved'],
  ['::1', 'loopback'],
  ['fbff::1', 'reserved'],
  ['fc00::1', 'private'],
  ['fdff::1', 'private'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['2001:db9::1', 'global'],
  ['3fff:fff::1', 'documentation'],
  ['2001::1', 'reserved'],
  ['2002:a00::1', 'reserved'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:9.9.9.9', 'global'],
  ['64:ff9b::192.168.1.1', 'private'],
  ['expe1.example.com', undefined],
  ['1.2.3', undefined],
  ['1.2.3.256', undefined],
  ['01.2.3.4', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  ['1:2:3:4:5:6:7::8:9', undefined],
  ['', undefined],
  [':', undefined],
])('%s is %s', (text, kind) => {
  expect(addressKind(text)).toBe(kind);
  expect(isAddress(text)).toBe(kind !== undefined);
});

test('an IPv6 address is the same however it is written', () => {
  expect(sameAddress('2620:FE:0:0::fe', '2620:fe::00fe')).toBe(true);
  expect(sameAddress('2620:fe::fe', '2620:fe::ff')).toBe(false);
  expect(sameAddress('9.9.9.9', '9.9.9.9')).toBe(true);
});

test.each([
  ['9.9.9.9', '9.9.9.9'],
  ['9.9.9.9:5300', '9.9.9.9'],
  ['[2620:fe::fe]:53', '2620:fe::fe'],
  ['[2620:fe::fe]', '2620:fe::fe'],
  ['2620:fe::fe', '2620:fe::fe'],
])('the DNS server %s is at %s', (endpoint, address) => {
  expect(hostOfEndpoint(endpoint)).toBe(address);
});
