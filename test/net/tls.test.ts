import { expect, test } from 'vitest';
import { tlsFailure } from '../../src/net/tls.ts';

const withCode = (code: string) => Object.assign(new Error('text that nobody reads'), { code });

test.each([
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'tls-alert', 'alert 40'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls-alert', 'alert 40'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls-alert', 'alert 48'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-alert', 'alert 70'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls-alert', 'alert 116'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls-version', 'ERR_SSL_UNSUPPORTED_PROTOCOL'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-version', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ['ERR_SSL_DH_KEY_TOO_SMALL', 'tls-weak-dh', 'ERR_SSL_DH_KEY_TOO_SMALL'],
  ['ERR_SSL_UNKNOWN_SECURITY_BITS', 'tls-weak-dh', 'ERR_SSL_UNKNOWN_SECURITY_BITS'],
  ['ERR_SSL_UNKNOWN_CIPHER_RETURNED', 'tls-cipher', 'ERR_SSL_UNKNOWN_CIPHER_RETURNED'],
  ['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'eof', 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING'],
  ['ERR_SSL_UNEXPECTED_MESSAGE', 'handshake', 'ERR_SSL_UNEXPECTED_MESSAGE'],
  ['EPROTO', 'handshake', 'EPROTO'],
  ['ECONNRESET', 'reset', 'ECONNRESET'],
])('%s is %s', (code, reason, shown) => {
  expect(tlsFailure(withCode(code), 'tls')).toMatchObject({
    stage: 'tls',
    reason,
    blame: 'target',
    code: shown,
  });
});

test('what is no error of TLS is a bug and passes through', () => {
  const bug = withCode('ERR_INVALID_ARG_TYPE');
  expect(() => tlsFailure(bug, 'tls')).toThrow(bug);
});
