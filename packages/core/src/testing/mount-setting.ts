import type { GatewayConfig } from '../index.ts';
import {
  type ScriptedCall,
  type ScriptedDispatcher,
  type ScriptedStream,
  scriptedDispatcher,
} from './scripted-dispatcher.ts';

/** How the host around the mount is set up for a case. */
export interface HostOptions {
  readonly config: GatewayConfig;
  /** Where the gateway is mounted; default `/ai`. */
  readonly prefix?: string;
  /** A JSON body parser of the host runs before the mount. */
  readonly parser?: boolean;
  /** A compression middleware of the host stands around the mount. */
  readonly compression?: boolean;
}

/** A running host: listens on loopback, has `GET /host` answering `host`, sets `x-host: yes` on every reply, and answers `host 404` where nothing matches. */
export interface RunningHost {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** A mount under test. */
export interface MountUnderTest {
  start(options: HostOptions): Promise<RunningHost>;
  /** Can the host have a parser before the mount, and compression around it? */
  readonly features: { readonly parser: boolean; readonly compression: boolean };
}

/** One case: a sentence, and what proves it. Throws when it does not hold. */
export interface MountCase {
  readonly name: string;
  readonly run: (mount: MountUnderTest) => Promise<void>;
}

/** A mount that runs, before a provider whose answers the case gives. */
export interface Scene {
  readonly upstream: ScriptedDispatcher;
  /** Of the gateway: the prefix is part of it. */
  readonly url: string;
  readonly host: RunningHost;
  post(body: unknown, more?: RequestInit): Promise<Response>;
}

/** A case by its name and what it needs of its host, to be bound to a mount. */
export type SceneCase = readonly [
  name: string,
  run: (at: Scene) => Promise<void>,
  host?: Partial<Omit<HostOptions, 'config'>> & { readonly config?: object },
];

/** Binds cases to a scene of their own each. A case that needs what the host can not have holds. */
export function bind(cases: readonly SceneCase[]): readonly MountCase[] {
  return cases.map(([name, run, host = {}]) => ({
    name,
    async run(mount) {
      if (host.parser === true && !mount.features.parser) return;
      if (host.compression === true && !mount.features.compression) return;
      await scene(mount, run, host);
    },
  }));
}

type Setting = NonNullable<SceneCase[2]>;

async function scene(mount: MountUnderTest, run: SceneCase[1], host: Setting): Promise<void> {
  const upstream = scriptedDispatcher();
  const base: GatewayConfig = {
    access: 'open',
    providers: {
      up: {
        format: 'openai-chat',
        baseUrl: 'https://up.test/v1',
        auth: 'bearer',
        apiKey: 'test-key',
        fidelity: 'exact',
      },
    },
    platform: { dispatcher: upstream },
    log: { warn() {}, error() {} },
  };
  const prefix = host.prefix ?? '/ai';
  const running = await mount.start({ ...host, prefix, config: { ...base, ...host.config } });
  const url = running.url + prefix;
  const post = (body: unknown, more: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
    });
  try {
    await run({ upstream, url, host: running, post });
  } finally {
    await running.close();
  }
}

/** A chat that every case may ask. */
export const CHAT = { model: 'up/m', messages: [{ role: 'user', content: 'hello' }] };

/** Its whole answer. */
export const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** One event of a streamed chat. */
export function event(content: string, finish: string | null = null): string {
  const delta = content === '' ? {} : { content };
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
}

/** The end of a streamed chat. */
export const END = `${event('', 'stop')}data: [DONE]\n\n`;

const decoder = new TextDecoder();

/** The body of a call as text. */
export function sent({ request }: ScriptedCall): string {
  const { body } = request;
  return typeof body === 'string' ? body : decoder.decode(body as Uint8Array | undefined);
}

/** Reads until what came holds `text`, or to the end. */
export async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  const decoding = new TextDecoder();
  let seen = '';
  while (!seen.includes(text)) {
    const { done, value } = await reader.read();
    if (done) return seen;
    seen += decoding.decode(value, { stream: true });
  }
  return seen;
}

export function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (response.body === null) throw new Error('the response has no body');
  return response.body.getReader();
}

/** A chat that streams; the answer's first event is written. */
export async function streaming(
  at: Scene,
  more?: RequestInit,
): Promise<{ response: Response; call: ScriptedCall; body: ScriptedStream }> {
  const pending = at.post({ ...CHAT, stream: true }, more);
  const call = await at.upstream.next();
  const body = call.stream();
  body.write(event('one'));
  return { response: await pending, call, body };
}
