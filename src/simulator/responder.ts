import http from 'node:http';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { Credentials } from './certificates.ts';
import { answerEdge } from './edge.ts';
import { type HttpAnswer, requestOf, sendAnswer } from './http-answer.ts';
import { answerInside } from './inside.ts';
import { serveTcp, type ZoneSource } from './nameserver.ts';
import { expressway, serveSip, traversal, unifiedCm } from './sip.ts';
import { serveSsh } from './ssh.ts';
import type { Service } from './world.ts';
import { serveXmpp } from './xmpp.ts';

/** Takes an accepted connection and talks on it. */
export type Responder = (socket: Socket) => void;

export type ResponderContext = {
  readonly credentials: Credentials;
  /** PEM of the roots that client certificates may come from. */
  readonly trust: string;
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
      const upgrade = secure(service, context, socket => serveXmpp(socket));
      return socket => serveXmpp(socket, upgrade);
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
      return serveHttp(request => answerInside(requestOf(request), service));
    case 'sip-expressway':
      return socket => serveSip(socket, expressway);
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
  const { clientCertificate, certificate } = service;
  const old = service.tlsVersions === 'old';
  const weak = old || certificate.key === 'rsa-1024' || certificate.hash === 'sha1';
  const server = tls.createServer({
    ...context.credentials,
    // Only where it is needed: OpenSSL completes the chain that it sends from these.
    ...(clientCertificate === 'required' ? { ca: context.trust } : {}),
    requestCert: clientCertificate !== 'ignored',
    rejectUnauthorized: clientCertificate === 'required',
    minVersion: old ? 'TLSv1' : 'TLSv1.2',
    maxVersion: old ? 'TLSv1.1' : 'TLSv1.3',
    // OpenSSL serves what nobody should use at security level 0 only.
    ciphers: weak ? 'DEFAULT:@SECLEVEL=0' : 'DEFAULT',
    handshakeTimeout: 10_000,
  });
  server.on('secureConnection', socket => {
    socket.on('error', () => socket.destroy());
    talk(socket);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return socket => server.emit('connection', socket);
}

function serveHttp(answer: (request: http.IncomingMessage) => HttpAnswer): Responder {
  const server = http.createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    request.resume();
    sendAnswer(response, answer(request));
  });
  return socket => server.emit('connection', socket);
}
