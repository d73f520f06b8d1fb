import { expect, test } from 'vitest';
import type { HttpReading } from '../../../../probes/index.ts';
import { answer } from '../../../../src/judge/checks/edge/answer.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import { httpAnswer } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const edge = service();
const answers = (status: number, headers: Record<string, string> = {}, statusText = '') =>
  seen(edge, 'http', httpAnswer(status, { headers, statusText }));
const failed = (stage: Failure['stage'], reason: Failure['reason']): Seen => {
  const { method, path } = httpAnswer(401);
  const reading: HttpReading = { method, path, failure: { stage, reason, blame: 'target' } };
  return seen(edge, 'http', reading);
};
const basic = (realm: string) => ({ 'www-authenticate': `Basic realm="${realm}"` });

test.each<[string, Seen, string]>([
  ['401 from Expressway-C', seen(edge, 'http', httpAnswer(401)), 'pass'],
  ['401 with the realm alone', answers(401, basic('Cisco-Edge')), 'pass'],
  ['401 with the server name alone', answers(401, { server: 'CE_C ECS' }), 'pass'],
  ['401 of another realm', answers(401, basic('router')), 'fail EDGE_NOT_EXPRESSWAY'],
  ['401 of another realm from Expressway-E', answers(401, { server: 'CE_E' }), 'fail EDGE_UNEXPECTED_STATUS'],
  ['403 from Expressway-E', answers(403, { server: 'CE_E' }, 'Forbidden'), 'fail EDGE_DOMAIN_FORBIDDEN'],
  ['403 from Expressway-C', answers(403, { server: 'CE_C ECS' }, 'Forbidden'), 'fail EDGE_FORBIDDEN'],
  ['403 without a name', answers(403), 'fail EDGE_FORBIDDEN'],
  ['403 from another server', answers(403, { server: 'nginx' }), 'fail EDGE_NOT_EXPRESSWAY'],
  ['404 from another server', answers(404, { server: 'nginx/1.27' }), 'fail EDGE_NOT_EXPRESSWAY'],
  ['404 from Expressway-E', answers(404, { server: 'CE_E' }), 'fail EDGE_UNEXPECTED_STATUS'],
  ['200 without credentials', answers(200, { server: 'CE_C ECS' }), 'fail EDGE_UNEXPECTED_STATUS'],
  ['200 from another server', answers(200, { server: 'Apache' }), 'fail EDGE_NOT_EXPRESSWAY'],
  ['429', answers(429, {}, 'Too Many Requests'), 'fail EDGE_RATE_LIMITED'],
  ['500', answers(500), 'fail EDGE_SERVER_ERROR'],
  ['502 of the next hop', answers(502, {}, 'Next Hop Connection Failed'), 'fail EDGE_NEXT_HOP_FAILED'],
  ['502 without words', answers(502, { server: 'ATS/9.2.11' }), 'fail EDGE_NEXT_HOP_FAILED'],
  ['502 of the origin', answers(502, { server: 'CE_E' }, 'connect failed'), 'fail EDGE_ORIGIN_REFUSED'],
  ['502 from another proxy', answers(502, { server: 'nginx' }, 'Bad Gateway'), 'fail EDGE_NOT_EXPRESSWAY'],
  ['503', answers(503, { server: 'CE_E' }, 'Service Unavailable'), 'fail EDGE_MAINTENANCE'],
  ['no answer in time', failed('response', 'timeout'), 'fail EDGE_SILENT_HTTP'],
  ['closed without an answer', failed('response', 'eof'), 'fail EDGE_SILENT_HTTP'],
  ['reset', failed('request', 'reset'), 'fail EDGE_SILENT_HTTP'],
  ['something else than HTTP', failed('response', 'not-http'), 'fail EDGE_NOT_HTTP'],
  ['an endless head', failed('response', 'oversized'), 'unknown'],
  ['stopped before the request', failed('tls', 'timeout'), 'unknown'],
  ['not looked', { subject: edge, need: 'http', skipped: 'TLS failed' }, 'unknown'],
  [
    'another HTTPS port',
    seen(service({ port: 443, purpose: 'admin-https' }), 'http', httpAnswer(200)),
    'not-applicable',
  ],
  ['Unified CM', seen(service({ role: 'unified_cm' }), 'http', httpAnswer(200)), 'not judged'],
])('%s', (_, observed, expected) => {
  expect(outcome(judge(answer, round({}, [observed])))).toBe(expected);
});

test('the sentence names the domain that was asked for', () => {
  const judgement = judge(answer, round({}, [answers(403, { server: 'CE_E' }, 'Forbidden')]));
  expect(judgement).toMatchObject({
    findings: [
      { message: 'expe1.example.com answers 403 Forbidden: it does not serve the domain example.com' },
    ],
  });
});
