import { equal, ok } from './assert.ts';
import { ANSWER, bind, CHAT, type Scene } from './mount-setting.ts';

/** Resolvers that name nobody. */
const NOBODY = {
  'gives nothing': () => undefined,
  'gives an identity without a name': () => ({}),
  throws: () => Promise.reject(new Error('no session')),
};

/** Who and what is let in. */
export const refusalCases = bind([
  [
    'an empty body, broken JSON and a body that is no object are 400',
    async (at) => {
      for (const body of ['', '{"model":', '[1]', '"text"', 'null']) {
        const response = await at.post(body);
        equal(response.status, 400, `status of ${JSON.stringify(body)}`);
        await response.arrayBuffer();
      }
      equal(at.upstream.calls.length, 0, 'upstream calls');
    },
  ],
  [
    'a body over the cap is 413, nested too deep 400, of a wrong type 415',
    async (at) => {
      const deep = `{"model":"up/m","messages":${'['.repeat(20)}${']'.repeat(20)}}`;
      const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
      equal((await at.post({ ...CHAT, padding: 'x'.repeat(3000) })).status, 413, 'too large');
      equal((await at.post(deep)).status, 400, 'too deep');
      equal((await at.post('model=x', form)).status, 415, 'wrong type');
    },
    { config: { body: { maxBytes: 2000, maxDepth: 10 } } },
  ],
  ...Object.entries(NOBODY).map(
    ([how, identify]) =>
      [
        `without an identity nobody gets in, and no provider is called (the resolver ${how})`,
        refusesAll,
        { config: { access: { identify } } },
      ] as const,
  ),
  [
    "the resolver sees the host's own request",
    async (at) => {
      const pending = at.post(CHAT, { headers: { 'content-type': 'application/json', 'x-user': 'ada' } });
      (await at.upstream.next()).respond(200, ANSWER);
      equal((await pending).status, 200, 'status');
    },
    { config: { access: { identify: byHeader } } },
  ],
]);

async function refusesAll(at: Scene): Promise<void> {
  const response = await at.post(CHAT);
  equal(response.status, 401, 'status');
  ok(!(await response.text()).includes('no session'), 'the reason stays inside');
  equal(at.upstream.calls.length, 0, 'upstream calls');
}

function byHeader(request: { host: { headers: Record<string, string> | Headers } }): { id: string } | undefined {
  const { headers } = request.host;
  const id = headers instanceof Headers ? headers.get('x-user') : headers['x-user'];
  return id === null || id === undefined ? undefined : { id };
}
