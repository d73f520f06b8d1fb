import type { HttpReading } from '../../../../probes/index.ts';
import { pageTitle } from '../../../model/deployment.ts';
import { isAtLeast, type Version } from '../../../model/version.ts';
import { isAddressless } from '../../answers.ts';
import {
  defineCheck,
  fail,
  notApplicable,
  pass,
  type RoundView,
  unknown,
  type Verdict,
} from '../../check.ts';
import { activeParts } from '../../markup.ts';

type Code = 'PAGE_NOT_PLAIN' | 'PAGE_NOT_SHOWN' | 'TAB_NOT_SUPPORTED';

/** Bytes of a body that a reading keeps. */
const kept = 65_536;

/** What clients outside show of the web servers inside has to be plain HTML: nothing else gets through the edge. */
export const plain = defineCheck({
  id: 'page/plain',
  holds: 'The page is there and is plain HTML',
  about: 'service',
  roles: ['web_server'],
  needs: [],
  uses: ['tcp', 'tls', 'http'],
  sources: [
    {
      document: 'D0',
      section: 'UC Feature Support and Limitations',
      requirements: ['HTTP-26'],
      versions: 'X14 and later',
    },
    {
      document: 'D0',
      section: 'Unsupported Expressway Features and Limitations',
      requirements: ['HTTP-27'],
      versions: 'X14 and later',
    },
    {
      document: 'D1',
      section: 'Unsupported Endpoint Features',
      requirements: ['HTTP-27'],
      versions: 'X8.10',
    },
    {
      document: 'D3',
      section: 'Configuring the HTTP server allow list on Expressway-C',
      versions: 'X8.2: custom tabs are a use of the list',
    },
  ],
  findings: {
    PAGE_NOT_PLAIN: {
      severity: 'warning',
      affects: 'of-service',
      message: 'The {title} has {parts}, which does not work for clients outside',
    },
    PAGE_NOT_SHOWN: {
      severity: 'warning',
      affects: 'of-service',
      message: 'The {title} is not shown: {reason}',
    },
    TAB_NOT_SUPPORTED: {
      severity: 'warning',
      affects: 'of-service',
      message: 'The {title} does not work for clients outside: Expressway {version} supports no custom tabs',
    },
  },
  judge({ subject, readings: { tcp, tls, http }, round }) {
    const page = round.deployment.pages?.find(one => pageTitle(one) === subject.title);
    const isTab = page?.use === 'embedded_tab';
    const version = round.version('expressway_c');
    if (isTab && isWithoutTabs(version)) {
      return fail({ code: 'TAB_NOT_SUPPORTED', evidence: { version: version!.text } });
    }
    if (subject.address === undefined) return judgeName(subject.host, round);
    const failure = tcp?.failure ?? tls?.failure ?? http?.failure;
    if (failure) return notShown(`the server says nothing (${failure.code ?? failure.reason})`);
    if (http?.status === undefined) return unknown('the page was not asked for');
    if (http.status === 401) return unknown('the page wants a name and a password');
    if (http.status >= 400) return notShown(`the server answers ${http.status}`);
    if (http.status !== 200) return unknown(`the server answers ${http.status}: the page stands elsewhere`);
    return judgeText(http, isTab, version);
  },
});

/** The guide for X8.10 excludes custom tabs; the one before allows them, the ones from X14 on allow plain ones. */
function isWithoutTabs(version: Version | undefined): boolean {
  return isAtLeast(version, 'X8.10') === true && isAtLeast(version, 'X14') === false;
}

function judgeName(host: string, round: RoundView): Verdict<Code> {
  return isAddressless(round, { role: 'web_server', host })
    ? notShown('its server has no address in DNS')
    : unknown('the address of its server was not seen');
}

function notShown(reason: string): Verdict<Code> {
  return fail({ code: 'PAGE_NOT_SHOWN', evidence: { reason } });
}

function judgeText(
  { headers = {}, body = '', bodyBytes = 0 }: HttpReading,
  isTab: boolean,
  version: Version | undefined,
): Verdict<Code> {
  if (headers['content-encoding']) return unknown('the page is sent compressed');
  // Style sheets and the like are named for the emergency page only; early releases limit custom tabs in nothing.
  if (isTab && isAtLeast(version, 'X8.10') === false) return notApplicable('X8.2 allows any custom tab');
  const parts = activeParts(body).filter(part => !isTab || part !== 'a link element');
  if (parts.length > 0) return fail({ code: 'PAGE_NOT_PLAIN', evidence: { parts } });
  return bodyBytes > kept ? unknown('only the beginning of the page was read') : pass;
}
