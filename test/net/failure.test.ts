import { expect, test } from 'vitest';
import { ProberFault } from '../../src/model/failure.ts';
import { failureFrom } from '../../src/net/failure.ts';

const withCode = (code: string) => Object.assign(new Error('text that nobody reads'), { code });

test.each([
  ['ECONNREFUSED', 'connect', 'refused', 'target'],
  ['ECONNREFUSED', 'resolve', 'refused', 'resolver'],
  ['ETIMEDOUT', 'connect', 'timeout', 'path'],
  ['ETIMEDOUT', 'response', 'timeout', 'target'],
  ['EHOSTUNREACH', 'connect', 'host-unreachable', 'path'],
  ['ENETUNREACH', 'resolve', 'network-unreachable', 'path'],
  ['ENOPROTOOPT', 'connect', 'protocol-unreachable', 'path'],
  ['ECONNRESET', 'tls', 'reset', 'target'],
  ['EPIPE', 'request', 'reset', 'target'],
] as const)('%s at %s is %s, and the %s has to act', (code, stage, reason, blame) => {
  expect(failureFrom(withCode(code), stage)).toEqual({ stage, reason, blame, code });
});

test.each([
  ['EMFILE', 'no-descriptors'],
  ['ENFILE', 'no-descriptors'],
  ['ENOBUFS', 'internal'],
  ['ENOMEM', 'internal'],
  ['EACCES', 'no-permission'],
  ['EPERM', 'no-permission'],
  ['EADDRNOTAVAIL', 'no-address'],
  ['EAFNOSUPPORT', 'no-route'],
  ['EWHATEVER', 'internal'],
] as const)('%s says that we could not look: %s', (code, reason) => {
  try {
    failureFrom(withCode(code), 'connect');
    expect.unreachable();
  } catch (fault) {
    expect(fault).toBeInstanceOf(ProberFault);
    expect((fault as ProberFault).failure).toEqual({ stage: 'connect', reason, blame: 'prober', code });
  }
});

test('an error without a code is a bug and passes through', () => {
  const bug = new TypeError('x is not a function');
  expect(() => failureFrom(bug, 'connect')).toThrow(bug);
});
