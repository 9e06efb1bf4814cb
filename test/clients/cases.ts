import type { GatewayConfig } from '@postern/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { FORMATS, OPERATORS_KEY, type Stage, stage } from '../kit/stage.ts';
import { CLIENTS_KEY, type Client, type MakeClient, TOOL_RESULT } from './client.ts';

const PROMPT = 'The quick brown fox jumps over the lazy dog, and nobody minds.';
/** A PNG of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const ALIASES = ['first', 'vendor/second.model'];

const CONFIG: Partial<GatewayConfig> = {
  allowDirect: true,
  models: Object.fromEntries(ALIASES.map((alias) => [alias, 'oa/sim-echo'])),
  access: {
    identify: (request) =>
      [request.header('authorization'), request.header('x-api-key'), request.header('x-goog-api-key')].some(
        (key) => key?.endsWith(CLIENTS_KEY) === true,
      )
        ? { id: 'client' }
        : undefined,
  },
};

/**
 * What every client must see, with every upstream format behind every mount. What a mount can't change (what is in a body, and
 * errors of other formats than the client's) is looked at on the first mount only.
 */
export function judge(name: string, make: MakeClient): void {
  describe.each(HOST_NAMES)(`${name} on %s`, (host) => {
    const setting: { at?: Stage; client?: Client } = {};
    const scene: Scene = {
      get at() {
        return there(setting.at);
      },
      get client() {
        return there(setting.client);
      },
    };
    beforeAll(async () => {
      const endless = Number.POSITIVE_INFINITY;
      setting.at = await stage(host, {
        sim: { sizes: { retryAfter: 60, stall: endless, slow: endless } },
        config: CONFIG,
      });
      setting.client = make(setting.at.url);
    });
    afterAll(() => setting.at?.close());

    const offers = make('http://127.0.0.1');
    const everything = host === HOST_NAMES[0];
    describe.each(FORMATS)('to %s', (upstream) => {
      describe.each([false, true])('stream: %s', (stream) => {
        chats(scene, upstream, stream);
        leaves(scene, upstream, stream);
        if (everything) contents(scene, upstream, stream);
        if (everything || upstream === offers.format) errors(scene, upstream, stream);
      });
      if (offers.countTokens !== undefined) counts(scene, upstream);
      if (offers.embed !== undefined) embeds(scene, upstream);
    });
    if (offers.models !== undefined) lists(scene);
  });
}

interface Scene {
  readonly at: Stage;
  readonly client: Client;
}

function there<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the stage is not set');
  return value;
}

function asking(scene: Scene, upstream: ChatFormat, stream: boolean) {
  return (script: string, more: object = {}) =>
    scene.at.during(() =>
      scene.client.ask({ model: scene.at.model(upstream, script), prompt: PROMPT, stream, ...more }),
    );
}

function chats(scene: Scene, upstream: ChatFormat, stream: boolean): void {
  const ask = asking(scene, upstream, stream);

  it('reads the text and the usage, and sends none of its own credentials on', async () => {
    const { result, calls } = await ask('sim-echo');
    expect(calls.map(({ format, refusal, end }) => [format, refusal, end])).toEqual([
      [upstream, undefined, 'finished'],
    ]);
    expect(result.text).toBe(PROMPT);
    if (stream) expect(result.pieces).toBeGreaterThan(3);
    expect(result.usage).toEqual({ input: calls[0]?.usage?.input, output: calls[0]?.usage?.output });
    expect(JSON.stringify(calls[0]?.headers)).not.toContain(CLIENTS_KEY);
    expect(JSON.stringify(calls[0]?.headers)).toContain(OPERATORS_KEY);
  });

  it.each(['sim-tools-echo', 'sim-reasoning-tools-echo'])(
    'calls a tool and sends its result back (%s)',
    async (script) => {
      const { at, client } = scene;
      const reasoning = script.includes('reasoning');
      const question = { model: at.model(upstream, script), prompt: PROMPT, stream, reasoning };
      const { result, calls } = await at.during(() => client.useTool(question));
      expect(calls.map(({ format, refusal, end }) => [format, refusal, end])).toEqual([
        [upstream, undefined, 'finished'],
        [upstream, undefined, 'finished'],
      ]);
      expect(result.name).toBe('get_weather');
      expect(result.input).toEqual({ city: expect.any(String), days: expect.any(Number) });
      expect(result.answer).toContain(TOOL_RESULT);
    },
  );

  it('raises an error when the answer breaks off', async () => {
    const { error } = await failure(ask('sim+cut'));
    // What a client throws here is its own affair, as long as it throws; some throw the text of the error.
    expect(error).toBeDefined();
  });
}

function contents(scene: Scene, upstream: ChatFormat, stream: boolean): void {
  const ask = asking(scene, upstream, stream);

  it('shows the image', async () => {
    const { result, calls } = await ask('sim-echo', { image: PNG });
    expect(calls[0]?.refusal).toBeUndefined();
    expect(JSON.stringify(calls[0]?.body)).toContain(PNG);
    expect(result.text).toBe(PROMPT);
  });

  it('reads the reasoning apart from the text', async () => {
    const { result, calls } = await ask('sim-reasoning-6-echo', { reasoning: true });
    expect(calls[0]?.refusal).toBeUndefined();
    expect(result.text).toBe(PROMPT);
    // Words and the full stop are a token each.
    expect(result.reasoning?.match(/\p{L}+|\./gu)).toHaveLength(6);
    expect(result.usage?.output).toBe(calls[0]?.usage?.output);
  });

  it('gets what fits the schema', async () => {
    const question = { model: scene.at.model(upstream, 'sim'), prompt: PROMPT, stream };
    const { result, calls } = await scene.at.during(() => scene.client.structured(question));
    expect(calls[0]?.refusal).toBeUndefined();
    expect(result).toEqual({ name: expect.any(String), people: expect.any(Number) });
  });
}

function leaves(scene: Scene, upstream: ChatFormat, stream: boolean): void {
  it('closes the upstream when it leaves', async () => {
    const { client, at } = scene;
    const leave = new AbortController();
    const coming = at.sim.arrived(at.sim.calls.length + 1);
    const model = at.model(upstream, stream ? 'sim+stall' : 'sim+slow');
    const onText = (): void => leave.abort();
    const left = failure(client.ask({ model, prompt: PROMPT, stream, signal: leave.signal, onText }));
    const call = await coming;
    if (!stream) leave.abort();
    expect(await call.ended).toBe('cancelled');
    expect((await left).error).toBeInstanceOf(Error);
  });
}

const ERRORS = [
  { what: 'a request that the provider rejects', script: 'sim+e400', status: 400, calls: 1 },
  { what: 'a model that does not exist', script: undefined, status: 404, calls: 0 },
  { what: 'a provider whose limit is reached', script: 'sim+r429', status: 429, calls: 1 },
  { what: 'a provider that refuses the key of the gateway', script: 'sim+e401', status: 502, calls: 1 },
  { what: 'a provider that answers with a page', script: 'sim+html', status: 502, calls: 3 },
];

function errors(scene: Scene, upstream: ChatFormat, stream: boolean): void {
  it.each(ERRORS)('raises its own error for $what, $status, and asks once', async ({ script, status, calls }) => {
    const { at, client } = scene;
    const model = script === undefined ? 'nobody/nothing' : at.model(upstream, script);
    const { result, ...seen } = await at.during(() => failure(client.ask({ model, prompt: PROMPT, stream })));
    expect(result.error).toSatisfy((error) => client.knows(error, status));
    expect([seen.requests, seen.calls.length]).toEqual([1, calls]);
  });

  it('raises its own error for a caller without identity, 401, and asks once', async () => {
    const { at, client } = scene;
    const question = { model: at.model(upstream, 'sim'), prompt: PROMPT, stream, key: 'wrong' };
    const { result, ...seen } = await at.during(() => failure(client.ask(question)));
    expect(result.error).toSatisfy((error) => client.knows(error, 401));
    expect([seen.requests, seen.calls.length]).toEqual([1, 0]);
  });
}

/** Formats without an endpoint that counts the tokens of a chat. */
const NO_COUNTS: readonly ChatFormat[] = ['openai-chat', 'cohere', 'ollama'];

function counts(scene: Scene, upstream: ChatFormat): void {
  it('counts tokens', async () => {
    const { at, client } = scene;
    const { result, calls } = await at.during(async () => client.countTokens?.(at.model(upstream, 'sim'), PROMPT));
    expect(result).toBeGreaterThan(0);
    // The provider counts where it can; where it has no endpoint for it, Postern estimates.
    expect(calls.map(({ operation }) => operation)).toEqual(NO_COUNTS.includes(upstream) ? [] : ['count-tokens']);
  });
}

/** Formats whose APIs embed as well. */
const EMBEDS: readonly ChatFormat[] = ['openai-chat', 'cohere', 'ollama', 'gemini'];

function embeds(scene: Scene, upstream: ChatFormat): void {
  const embed = async () => scene.client.embed?.(scene.at.model(upstream, 'sim'), ['one', 'two']);
  if (!EMBEDS.includes(upstream)) {
    it('raises its own error for embeddings of a provider that has none here', async () => {
      const { error } = await failure(embed());
      expect(error).toSatisfy((thrown) => scene.client.knows(thrown, 400));
    });
    return;
  }
  it('embeds', async () => {
    const vectors = (await embed()) ?? [];
    expect(vectors.map((vector) => vector.length > 0)).toEqual([true, true]);
    expect(vectors[0]).not.toEqual(vectors[1]);
  });
}

function lists(scene: Scene): void {
  it('lists the models, and gives each of them', async () => {
    expect(await scene.client.models?.()).toEqual(ALIASES);
  });
}

/** What a promise rejects with; its value when it does not. */
async function failure<Result>(promise: Promise<Result>): Promise<{ error?: unknown; result?: Result }> {
  try {
    return { result: await promise };
  } catch (error) {
    return { error };
  }
}
