import type { IncomingMessage, ServerResponse } from 'node:http';

export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly cookie: string;
  readonly host: string;
};

export type HttpAnswer = {
  readonly status: number;
  readonly statusText?: string;
  /** In the order in which they are sent; framing, connection and date are added when missing. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

/** The parts of a request that the simulated servers look at. */
export function requestOf(request: IncomingMessage): HttpRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const { authorization = '', cookie = '', host = '' } = request.headers;
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    authorization,
    cookie,
    host,
  };
}

export function sendAnswer(response: ServerResponse, answer: HttpAnswer): void {
  response.sendDate = !answer.headers.some(([name]) => name === 'Date');
  response.writeHead(answer.status, answer.statusText, answer.headers.flat());
  response.end(answer.body);
}
