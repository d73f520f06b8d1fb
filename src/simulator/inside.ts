import type { HttpAnswer, HttpRequest } from './http-answer.ts';
import { user } from './user.ts';
import { type InsideAnswer, nameOf, type Service, unifiedCms } from './world.ts';

const version = '15.0.1';

/** What the HTTP servers behind Expressway-C answer. */
export function answerInside(request: HttpRequest, service: Service): HttpAnswer {
  if (service.inside === 'unavailable') return unavailable;
  switch (service.protocol) {
    case 'uds':
      return udsAnswer(request, service.inside);
    case 'tftp':
      return fileAnswer(request);
    case 'soap':
      if (service.inside === 'no-axl' && request.path.startsWith('/axl')) return notFound;
      return request.path.startsWith('/EPASSoap/') || request.path.startsWith('/axl')
        ? unauthorized
        : notFound;
    case 'voicemail':
      return request.path.startsWith('/vmrest')
        ? unauthorized
        : xml('<html><body>Cisco Unity Connection</body></html>');
    case 'page':
      return pageAnswer(request, service.inside);
    default:
      return notFound;
  }
}

/** The web server with the pages that clients outside show. */
function pageAnswer({ path }: HttpRequest, mood: InsideAnswer): HttpAnswer {
  if (mood === 'ntlm-only')
    return {
      ...unauthorized,
      headers: [
        ['WWW-Authenticate', 'NTLM'],
        ['Content-Length', '0'],
      ],
    };
  const script = '<script>location.reload()</script>';
  if (path === '/emergency.html')
    return html(`<p>Your place is not known.</p>${mood === 'scripted-page' ? script : ''}`);
  if (path === '/tab.html') return html(`<p>News</p>${mood === 'scripted-tab' ? script : ''}`);
  return notFound;
}

function html(body: string): HttpAnswer {
  const text = `<!DOCTYPE html><html><body>${body}</body></html>\n`;
  return {
    status: 200,
    headers: [
      ['Content-Type', 'text/html'],
      ['Content-Length', String(Buffer.byteLength(text))],
    ],
    body: text,
  };
}

/** Unified CM on 8443: User Data Services and AXL. */
export function udsAnswer(request: HttpRequest, mood: InsideAnswer = 'healthy'): HttpAnswer {
  const { path, query } = request;
  const at = `https://${/^[\w.:-]+$/.test(request.host) ? request.host : nameOf('cucm1')}`;
  if (path === '/cucm-uds/version')
    return xml(
      `<versionInformation uri="${at}/cucm-uds/version" version="15.0.0"><version>${version}</version>` +
        '<capabilities><usersResourceAuthEnabled>true</usersResourceAuthEnabled></capabilities></versionInformation>',
    );
  if (path === '/cucm-uds/servers') {
    const servers = unifiedCms
      .map(name => `<server>${mood === 'short-names' ? name : nameOf(name)}</server>`)
      .join('');
    return xml(`<servers uri="${at}/cucm-uds/servers" version="15.0.0">${servers}</servers>`);
  }
  if (path === '/cucm-uds/clusterUser')
    return clusterUser(at, query.get('username') ?? query.get('useridentifier') ?? query.get('email') ?? '');
  if (mood === 'no-axl' && path.startsWith('/axl')) return notFound;
  if (path.startsWith('/cucm-uds/user/') || path === '/axl' || path.startsWith('/axl/')) return unauthorized;
  return fileAnswer(request);
}

function clusterUser(at: string, asked: string): HttpAnswer {
  const found = asked.toLowerCase() === user.name;
  const result = found
    ? `<result version="15.0.0" uri="${at}/cucm-uds/user/${user.name}" found="true"/>` +
      `<homeCluster serversUri="${at}/cucm-uds/servers">${nameOf('cucm1')}</homeCluster>`
    : '<result version="15.0.0" found="false"/>';
  return xml(`<clusterUser uri="${at}/cucm-uds/clusterUser" version="15.0.0">${result}</clusterUser>`);
}

/** The configuration files that TFTP servers give over HTTP. */
function fileAnswer(request: HttpRequest): HttpAnswer {
  if (request.path !== '/jabber-config.xml') return notFound;
  return xml(
    '<config version="1.0"><Policies><EnableSIPURIDialling>true</EnableSIPURIDialling></Policies></config>',
  );
}

function xml(body: string): HttpAnswer {
  const text = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${body}\n`;
  return {
    status: 200,
    headers: [
      ['Cache-Control', 'private'],
      ['Expires', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ['X-Frame-Options', 'SAMEORIGIN'],
      ['Content-Type', 'application/xml'],
      ['Content-Length', String(Buffer.byteLength(text))],
      ['Server', ''],
    ],
    body: text,
  };
}

const unauthorized: HttpAnswer = {
  status: 401,
  headers: [
    ['WWW-Authenticate', 'Basic realm="Cisco Web Services Realm"'],
    ['Content-Type', 'text/html;charset=utf-8'],
    ['Content-Length', '0'],
    ['Server', ''],
  ],
  body: '',
};

const unavailable: HttpAnswer = {
  status: 503,
  headers: [['Content-Length', '0']],
  body: '',
};

const notFound: HttpAnswer = {
  status: 404,
  headers: [
    ['Content-Length', '0'],
    ['Server', ''],
  ],
  body: '',
};
