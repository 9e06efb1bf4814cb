import type { Caller, GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { Cancellation } from '../kit/cancel.ts';
import { type ManualClock, manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { GatewayEvents } from './events.ts';

/** Lets what is ready run to where it waits. */
// biome-ignore lint/style/noRestrictedGlobals: tests have no platform
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

/** What an upstream does with a call. */
export type Deed = (
  body: Record<string, unknown>,
) => { readonly status: number; readonly body: object } | { readonly fails: unknown };

const up = (id: string) =>
  ({ format: 'openai-chat', baseUrl: `https://${id}.test/v1`, auth: 'bearer', apiKey: `key-of-${id}` }) as const;

/** What a scene knows, and a reload of its gateway has to say again. */
export const providers = { a: up('a'), b: up('b'), c: up('c'), d: up('d') };

/** The answer of a chat. */
export const fine: Deed = () => ({
  status: 200,
  body: {
    id: 'c',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  },
});
/** Errors as https://platform.openai.com/docs/guides/error-codes has them. */
export const broken: Deed = () => ({ status: 500, body: { error: { message: 'boom' } } });
export const tooLong: Deed = () => ({
  status: 400,
  body: { error: { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' } },
});
export const filtered: Deed = () => ({
  status: 400,
  body: { error: { message: 'no', type: 'invalid_request_error', code: 'content_policy_violation' } },
});

/** A gateway with the providers a, b, c and d, which do with each call what `deeds` says, and answer it else. */
export class Scene {
  readonly upstream: ScriptedDispatcher = scriptedDispatcher();
  readonly clock: ManualClock = manualClock();
  readonly ended: GatewayEvents['request-end'][] = [];
  readonly gateway: Gateway;
  deeds: Readonly<Record<string, Deed>> = {};
  /** Milliseconds that an upstream takes. */
  delays: Readonly<Record<string, number>> = {};
  /** Upstreams that say nothing. */
  hangs: ReadonlySet<string> = new Set();
  #ids = 0;
  #answered = 0;

  constructor(config: Partial<GatewayConfig>, random: () => number = () => 0.5) {
    this.gateway = createGateway(
      {
        access: { identify: (request) => JSON.parse(request.header('x-caller') ?? '{"id":"ann"}') as Caller },
        providers,
        log: { warn() {}, error() {} },
        ...config,
      },
      {
        dispatcher: this.upstream,
        clock: this.clock,
        random,
        randomId: (bytes) => String(++this.#ids).padStart(2 * bytes, '0'),
        environment: {},
      },
    );
    this.gateway.events.on('request-end', (event) => this.ended.push(event));
  }

  /** Where the calls went, so far: `a/one`. */
  get went(): readonly string[] {
    return this.upstream.calls.map(({ request }) => {
      const { model } = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as { model: string };
      return `${new URL(request.origin).hostname.split('.')[0]}/${model}`;
    });
  }

  ask(body: object = {}, headers: Record<string, string> = {}, caller?: Caller): Promise<GatewayReply> {
    return this.post(
      '/v1/chat/completions',
      { model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body },
      headers,
      caller,
    );
  }

  post(path: string, asked: object, headers: Record<string, string> = {}, caller?: Caller): Promise<GatewayReply> {
    return this.#send('POST', path, asked, headers, caller);
  }

  get(path: string, caller?: Caller): Promise<GatewayReply> {
    return this.#send('GET', path, {}, {}, caller);
  }

  async #send(
    method: string,
    path: string,
    asked: object,
    headers: Record<string, string>,
    caller?: Caller,
  ): Promise<GatewayReply> {
    const bytes = new TextEncoder().encode(JSON.stringify(asked));
    const all: Record<string, string> = { ...headers, ...(caller && { 'x-caller': JSON.stringify(caller) }) };
    const pending = this.gateway.handle({
      method,
      path,
      query: new URLSearchParams(),
      header: (name) => all[name],
      body: async (limits) => bodyOf(bytes, limits),
      signal: new Cancellation(),
      host: undefined,
    });
    if (pending === undefined) throw new Error('not taken');
    let reply: GatewayReply | undefined;
    void pending.then((given) => {
      reply = given;
    });
    while (reply === undefined) {
      await this.answer();
      if (reply === undefined) await this.clock.advance(1);
    }
    return reply;
  }

  /** Does what is to be done with the calls that came. */
  async answer(): Promise<void> {
    await othersTurn();
    for (; this.#answered < this.upstream.calls.length; this.#answered++) {
      const call = this.upstream.calls[this.#answered];
      if (call === undefined) continue;
      const body = JSON.parse(new TextDecoder().decode(call.request.body as Uint8Array)) as Record<string, unknown>;
      const id = new URL(call.request.origin).hostname.split('.')[0] ?? '';
      if (this.hangs.has(id)) continue;
      await this.clock.advance(this.delays[id] ?? 0);
      const deed = this.deeds[id] ?? fine;
      const answer = deed(body);
      if ('fails' in answer) call.fail(answer.fails);
      else call.respond(answer.status, JSON.stringify(answer.body), { 'content-type': 'application/json' });
    }
    await othersTurn();
  }
}

/** The error of a reply, as its client sees it. */
export const errorOf = (reply: GatewayReply): { message: string; code: string | null; param: string | null } =>
  (JSON.parse(String(reply.body)) as { error: { message: string; code: string | null; param: string | null } }).error;
