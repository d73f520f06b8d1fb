import http from 'node:http';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { Credentials } from './certificates.ts';
import { dhParameters, shortGroup } from './diffie-hellman.ts';
import { answerEdge } from './edge.ts';
import { type HttpAnswer, requestOf, sendAnswer } from './http-answer.ts';
import { answerInside } from './inside.ts';
import { serveTcp, type ZoneSource } from './nameserver.ts';
import { expressway, serveSip, traversal, unifiedCm } from './sip.ts';
import { serveSsh } from './ssh.ts';
import { certificateStatus } from './stapled.ts';
import type { Service } from './world.ts';
import { serveXmpp } from './xmpp.ts';

/** Takes an accepted connection and talks on it. */
export type Responder = (socket: Socket) => void;

export type ResponderContext = {
  readonly credentials: Credentials;
  /** For clients that take ECDSA. */
  readonly second?: Credentials;
  /** For clients that name no server. */
  readonly nameless?: Credentials;
  /** PEM of the roots that client certificates may come from. */
  readonly trust: string;
  readonly publicTrust: string;
  readonly zone: ZoneSource;
};

/** How one service, as it is now, answers on every new connection. */
export function createResponder(service: Service, context: ResponderContext): Responder {
  const talk = conversation(service, context);
  switch (service.handshake) {
    case 'silent':
      return socket => socket.resume();
    case 'closed':
      return socket => socket.once('data', () => socket.end());
    case 'plain':
      return talk;
  }
  switch (service.security) {
    case 'none':
      return talk;
    case 'tls':
      return secure(service, context, talk);
    case 'starttls': {
      const upgrade = secure(service, context, socket => serveXmpp(socket, service.xmpp));
      return socket => serveXmpp(socket, service.xmpp, upgrade);
    }
  }
}

function conversation(service: Service, context: ResponderContext): Responder {
  switch (service.protocol) {
    case 'edge':
      return service.edge === 'silent'
        ? socket => socket.resume()
        : serveHttp(request => answerEdge(requestOf(request), service, new Date()));
    case 'uds':
    case 'tftp':
    case 'soap':
    case 'voicemail':
    case 'notification':
    case 'page':
      return service.inside === 'silent'
        ? socket => socket.resume()
        : serveHttp(request => answerInside(requestOf(request), service));
    case 'sip-expressway':
      return socket => serveSip(socket, expressway, service.sip);
    case 'sip-unified-cm':
      return socket => serveSip(socket, unifiedCm);
    case 'traversal':
      return socket => serveSip(socket, traversal);
    case 'ssh':
      return serveSsh;
    case 'dns':
      return socket => serveTcp(socket, context.zone);
    // Both speak first only to whom they know.
    case 'xmpp':
    case 'xcp':
      return socket => socket.resume();
  }
}

/** Wraps connections in TLS. The server never listens by itself: connections are handed to it. */
function secure(service: Service, context: ResponderContext, talk: Responder): Responder {
  const { clientCertificate, certificate, tlsVersions, suites, dhBits, stapled } = service;
  const old = tlsVersions !== 'current';
  const weak = old || dhBits !== undefined || certificate.key === 'rsa-1024' || certificate.hash === 'sha1';
  const server = tls.createServer({
    ...(context.nameless ?? pairOf(context)),
    ...(context.nameless && {
      SNICallback: (_name: string, done: (error: null, context: tls.SecureContext) => void) =>
        done(null, tls.createSecureContext(pairOf(context))),
    }),
    // Only where it is needed: OpenSSL completes the chain that it sends from these.
    ...(clientCertificate === 'required' || service.clientAuthorities === 'public'
      ? { ca: service.clientAuthorities === 'all' ? context.trust : context.publicTrust }
      : {}),
    ...(dhBits === 1024 && { dhparam: dhParameters('modp2') }),
    requestCert: clientCertificate !== 'ignored',
    rejectUnauthorized: clientCertificate === 'required',
    minVersion: old ? 'TLSv1' : 'TLSv1.2',
    maxVersion: tlsVersions === 'old' ? 'TLSv1.1' : suites === 'unencrypted' ? 'TLSv1.2' : 'TLSv1.3',
    // OpenSSL serves what nobody should use at security level 0 only.
    ciphers: suites === 'unencrypted' ? 'eNULL:!aNULL:@SECLEVEL=0' : weak ? 'DEFAULT:@SECLEVEL=0' : 'DEFAULT',
    handshakeTimeout: 10_000,
  });
  server.on('secureConnection', socket => {
    socket.on('error', () => socket.destroy());
    talk(socket);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  if (stapled) {
    server.on('OCSPRequest', (_certificate, _issuer, done) =>
      done(null, certificateStatus(stapled, new Date())),
    );
  }
  const accept: Responder = socket => server.emit('connection', socket);
  return dhBits === 768 ? shortGroup(context.credentials, accept) : accept;
}

/** The certificates that the server has to choose from. */
function pairOf({ credentials, second }: ResponderContext) {
  if (!second) return credentials;
  return { cert: [credentials.cert, second.cert], key: [credentials.key, second.key] };
}

function serveHttp(answer: (request: http.IncomingMessage) => HttpAnswer): Responder {
  const server = http.createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    request.resume();
    sendAnswer(response, answer(request));
  });
  return socket => server.emit('connection', socket);
}
