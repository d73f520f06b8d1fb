import { describe, expect, test } from 'vitest';
import { livingUds } from '../../../../src/judge/checks/edge/living-uds.ts';
import { pages } from '../../../../src/judge/checks/edge/pages.ts';
import { judgeRound } from '../../../../src/judge/judge.ts';
import type { Page } from '../../../../src/model/deployment.ts';
import { edgeConfig, httpAnswer, signedIn, tcpFailed, tcpOpen, turnedAway } from '../../readings.ts';
import { judge, outcome, round, type Seen, seen, service } from '../../round.ts';

const edge = service();

describe('edge/pages', () => {
  const voicemail = { use: 'voicemail', url: 'https://cuc1.example.com/vmrest/version' } as const;
  const tab = { use: 'embedded_tab', url: 'https://web1.example.com/tab.html' } as const;
  const got = (...statuses: (number | undefined)[]) =>
    signedIn({
      pages: [voicemail, tab].map(({ url }, i) => ({
        url,
        ...(statuses[i] !== undefined && { status: statuses[i] }),
      })),
    });
  const both: readonly Page[] = [voicemail, tab];
  test.each<[string, ReturnType<typeof signedIn>, readonly Page[] | undefined, string]>([
    ['shown', got(200, 200), both, 'pass'],
    ['the server inside wants a name', got(401, 200), both, 'pass'],
    ['the server inside knows no such page', got(404, 200), both, 'pass'],
    ['one forbidden', got(403, 200), both, 'fail EDGE_PAGE_FORBIDDEN'],
    ['both forbidden', got(403, 403), both, 'fail EDGE_PAGE_FORBIDDEN EDGE_PAGE_FORBIDDEN'],
    ['one forbidden, one without answer', got(403, undefined), both, 'fail EDGE_PAGE_FORBIDDEN'],
    ['one without answer', got(200, undefined), both, 'unknown'],
    ['nobody signed in', turnedAway(401), both, 'not-applicable'],
    ['none declared', signedIn(), undefined, 'not-applicable'],
  ])('%s', (_when, reading, declared, expected) => {
    const facts = declared === undefined ? {} : { pages: declared };
    expect(outcome(judge(pages, round(facts, [seen(edge, 'login', reading)]), edge))).toBe(expected);
  });

  test('what suffers is what the page is for', () => {
    const judged = judge(pages, round({ pages: both }, [seen(edge, 'login', got(403, 403))]), edge);
    if (judged?.verdict !== 'fail') throw new Error('no finding');
    expect(judged.findings.map(({ affects }) => affects)).toEqual(['voicemail', 'messaging']);
  });
});

describe('edge/living-uds', () => {
  const uds = (host: string) =>
    service({ role: 'unified_cm', host, address: '10.0.0.31', purpose: 'uds-https' });
  const alive = (host: string): Seen[] => [
    seen(uds(host), 'tcp', tcpOpen()),
    seen(uds(host), 'http', httpAnswer(200)),
  ];
  const dead = (host: string): Seen[] => [seen(uds(host), 'tcp', tcpFailed('refused'))];
  const broken = (host: string): Seen[] => [
    seen(uds(host), 'tcp', tcpOpen()),
    seen(uds(host), 'http', httpAnswer(503)),
  ];
  const [one, two] = ['cucm1.example.com', 'cucm2.example.com'] as const;
  const named = (...names: string[]) =>
    signedIn({ config: { ...edgeConfig, uds: names.map(name => ({ name, port: 8443 })) } });
  const internal = { vantage: 'internal' } as const;
  test.each<[string, ReturnType<typeof signedIn>, readonly Seen[] | undefined, string, string?]>([
    ['alive', named(one), alive(one), 'pass'],
    ['alive in other letter case', named('CUCM1.Example.com'), alive(one), 'pass'],
    ['a dead one that is not named', named(one), [...alive(one), ...dead(two)], 'pass'],
    ['dead', named(one), dead(one), 'fail EDGE_CONFIG_DEAD_UDS'],
    ['answers with an error', named(one), broken(one), 'fail EDGE_CONFIG_DEAD_UDS'],
    ['one of two dead', named(one, two), [...alive(one), ...dead(two)], 'fail EDGE_CONFIG_DEAD_UDS'],
    ['dead before X14.2', named(one), dead(one), 'not-applicable', 'X14.0'],
    ['not looked at', named(two), alive(one), 'unknown'],
    ['connected and not asked', named(one), [seen(uds(one), 'tcp', tcpOpen())], 'unknown'],
    ['nobody looks inside', named(one), undefined, 'not-applicable'],
    ['nobody signed in', turnedAway(401), alive(one), 'not-applicable'],
    ['no server named', named(), alive(one), 'not-applicable'],
  ])('%s', (_when, reading, inside, expected, expressway_c) => {
    const facts = expressway_c === undefined ? {} : { versions: { expressway_c } };
    const outside = round(facts, [seen(edge, 'login', reading)]);
    const others = inside === undefined ? [] : [round(internal, inside)];
    const [judged] = judgeRound(outside, [livingUds], others);
    expect(outcome(judged)).toBe(expected);
  });
});
