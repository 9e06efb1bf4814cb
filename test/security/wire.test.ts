import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { answersIn, raw, statusOf } from '../kit/raw.ts';
import { FORMATS, type Stage, stage } from '../kit/stage.ts';

const PATH = '/ai/v1/chat/completions';
const BODY = JSON.stringify({ model: 'oa/sim-text-2', messages: [{ role: 'user', content: 'x' }] });

interface Raw {
  readonly line?: string;
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

function request({ line = `POST ${PATH} HTTP/1.1`, host = 'gateway.test', headers = [], body = BODY }: Raw): string {
  const length = headers.some((header) => /^(?:content-length|transfer-encoding)/i.test(header))
    ? []
    : [`content-length: ${body.length}`];
  return [
    line,
    `host: ${host}`,
    'content-type: application/json',
    'connection: close',
    ...length,
    ...headers,
    '',
    body,
  ].join('\r\n');
}

/** Headers that belong to one connection: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 and the older list of RFC 2616. */
const HOP_BY_HOP = [
  'keep-alive: timeout=5',
  'proxy-connection: keep-alive',
  'te: trailers',
  'trailer: x-evil',
  'upgrade: h2c',
  'proxy-authenticate: Basic',
  'proxy-authorization: Basic eDp4',
];

describe.each(HOST_NAMES)('the wire, on %s', (host) => {
  let at: Stage;
  let closed: Stage;
  beforeAll(async () => {
    at = await stage(host);
    closed = await stage(host, { config: { access: { identify: () => undefined } } });
  });
  afterAll(async () => {
    await at.close();
    await closed.close();
  });
  const last = () => at.sim.calls.at(-1);

  it('headers of the connection, and those that Connection names, stay here', async () => {
    const answer = await raw(
      at.url,
      request({ headers: [...HOP_BY_HOP, 'connection: x-named', 'x-named: 1', 'expect: 100-continue'] }),
    );
    expect(answer).toContain('200 OK');
    for (const header of [...HOP_BY_HOP, 'x-named: 1']) {
      const [name = '', value = ''] = header.split(': ');
      expect(last()?.headers[name]).not.toBe(value);
    }
    expect(last()?.headers['host']).toBe(new URL(at.sim.url).host);
  });

  it.each([
    ['two lengths that differ', ['content-length: 5', `content-length: ${BODY.length}`]],
    ['a length and chunks', [`content-length: ${BODY.length}`, 'transfer-encoding: chunked']],
    ['chunks in disguise', ['transfer-encoding: xchunked']],
    ['two transfer encodings', ['transfer-encoding: chunked', 'transfer-encoding: identity']],
    ['a length that is no number', ['content-length: 5x']],
    ['a negative length', ['content-length: -5']],
    ['a folded header', [`content-length: ${BODY.length}`, 'x-a: 1\r\n x-evil: 2']],
    ['a bare line feed in a header', [`content-length: ${BODY.length}`, 'x-a: 1\nx-evil: 2']],
    ['a name with a space', [`content-length: ${BODY.length}`, 'x-a : 1']],
    ['a null byte', [`content-length: ${BODY.length}`, 'x-a: 1\0']],
  ])('a request with %s smuggles nothing', async (_, headers) => {
    const before = at.sim.calls.length;
    const smuggled = `${BODY}GET /ai/v1/models HTTP/1.1\r\nhost: gateway.test\r\n\r\n`;
    const answer = await raw(at.url, request({ headers, body: smuggled }));
    expect(answersIn(answer)).toBeLessThanOrEqual(1);
    expect(answer).not.toContain('"object":"list"');
    for (const call of at.sim.calls.slice(before)) expect(JSON.stringify(call.headers)).not.toMatch(/x-evil|x-a/);
  });

  it.each([
    'evil.test?',
    'evil.test#',
    'user@gateway.test',
    'gateway.test/ai',
    'gateway.test:99999',
    '[::1',
    '',
    ' ',
    'a b',
    '169.254.169.254',
    'gateway.test%0d%0ax: y',
  ])('the Host header %j opens nothing and leads nowhere', async (name) => {
    const refused = await raw(closed.url, request({ host: name }));
    expect([0, 400, 401, 404]).toContain(statusOf(refused));
    expect(closed.sim.calls).toHaveLength(0);
    const before = at.sim.calls.length;
    await raw(at.url, request({ host: name }));
    for (const call of at.sim.calls.slice(before)) expect(call.headers['host']).toBe(new URL(at.sim.url).host);
  });

  it.each([
    `POST http://evil.test${PATH} HTTP/1.1`,
    `POST //evil.test${PATH} HTTP/1.1`,
    `POST ${PATH}/../../../health HTTP/1.1`,
    'POST /ai/health/../v1/chat/completions HTTP/1.1',
    'POST /ai/%2e%2e/ai/v1/chat/completions HTTP/1.1',
    'POST /ai/v1%2fchat%2fcompletions HTTP/1.1',
    'POST /AI/v1/chat/completions HTTP/1.1',
    'POST /ai//v1/chat/completions HTTP/1.1',
    'POST /ai/v1/chat/completions/ HTTP/1.1',
    'POST /ai/v1/chat/completions;/health HTTP/1.1',
    'POST /ai/v1/chat/completions%00 HTTP/1.1',
    'POST /ai/health?/v1/chat/completions HTTP/1.1',
    'POST /ai/v1beta/models/oa%2fsim:generateContent%3fhealth HTTP/1.1',
    'POST /ai/v1beta/models/%zz:generateContent HTTP/1.1',
    'POST /ai/v1beta/models/:generateContent HTTP/1.1',
    `GET ${PATH} HTTP/1.1`,
    `HEAD ${PATH} HTTP/1.1`,
    `TRACE ${PATH} HTTP/1.1`,
  ])('"%s" passes nobody without an identity', async (line) => {
    const answer = await raw(closed.url, request({ line }));
    // Not ours, refused, or a method that the path does not have.
    expect([0, 301, 400, 401, 404, 405]).toContain(statusOf(answer));
    expect(closed.sim.calls).toHaveLength(0);
  });

  const INJECTION = 'x\r\nx-evil: 1\r\n\r\nHTTP/1.1 200 OK\r\n';

  it.each(FORMATS)('line breaks in names, ids and fields of %s make no header, here or upstream', async (client) => {
    for (const upstream of FORMATS) {
      const { body, ...call } = CHATS[client]({
        model: at.model(upstream, `sim@${INJECTION}`),
        more: { [INJECTION]: 1, user: INJECTION, metadata: { user_id: INJECTION } },
      });
      const before = at.sim.calls.length;
      for (const headers of [
        call.headers,
        { ...call.headers, 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a,b', 'openai-beta': 'x' },
      ]) {
        const response = await post(at.url, { ...call, headers, body });
        expect(response.headers.get('x-evil')).toBeNull();
        for (const value of response.headers.values()) expect(value).toMatch(/^[\t\x20-\x7e]*$/);
        await response.text();
      }
      for (const { headers } of at.sim.calls.slice(before)) expect(Object.keys(headers)).not.toContain('x-evil');
    }
  });

  it('no header of the client goes upstream but those that its format allows', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`x-custom-${index}`, 'clients-own']));
    for (const client of FORMATS) {
      const call = CHATS[client]({ model: at.model(client, 'sim-text-2') });
      await (
        await post(at.url, {
          ...call,
          headers: {
            ...call.headers,
            ...many,
            accept: 'text/clients-own',
            'accept-language': 'xx',
            origin: 'http://clients-own',
          },
        })
      ).text();
      expect(JSON.stringify(last()?.headers)).not.toMatch(/x-custom|clients-own/);
      expect(last()?.headers['accept-language']).not.toBe('xx');
    }
  });
});
