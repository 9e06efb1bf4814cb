import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireRequest } from '@postern/core';
import { afterEach } from 'vitest';

/** A call that an endpoint on loopback got. */
export interface Got {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body read as a form. */
  readonly form: Record<string, string>;
}

export interface Loopback {
  readonly url: string;
  readonly got: Got[];
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** An endpoint that answers each call with the status and JSON that `answer` gives; closed after the test. */
export async function loopback(answer: (got: Got) => readonly [number, unknown]): Promise<Loopback> {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { method, url, headers } = request;
    const call = { method, url, headers, body, form: Object.fromEntries(new URLSearchParams(body)) };
    got.push(call);
    const [status, value] = answer(call);
    response.writeHead(status, { 'content-type': 'application/json', 'metadata-flavor': 'Google' });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close(() => undefined).closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

/** A call to some provider, to be given credentials. */
export const CALL: WireRequest = {
  method: 'POST',
  origin: 'https://llm.acme.test',
  path: '/v1/chat/completions',
  headers: { 'content-type': 'application/json' },
  body: '{}',
};

export const { signal: SIGNAL } = new AbortController();
