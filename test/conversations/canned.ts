import type { Dispatcher } from '@postern/core';
import { wireText } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { aliasOf, chatRequest, gatewayOver } from './gateway.ts';
import { MODELS } from './pairs.ts';
import { told } from './play.ts';

/** An answer of a vendor that the simulated one does not give: whole, and as the events of a stream. */
export interface Canned {
  readonly body: object;
  readonly events: readonly (object | string)[];
}

const encoder = new TextEncoder();

/** A provider that says this and nothing else. */
function cannedDispatcher({ body, events }: Canned): Dispatcher {
  return {
    close: () => Promise.resolve(),
    async dispatch(request) {
      const sent =
        typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body as Uint8Array);
      const stream = request.path.includes(':streamGenerateContent') || JSON.parse(sent).stream === true;
      const type = stream ? 'text/event-stream' : 'application/json';
      const text = stream ? events.map(frame).join('') : JSON.stringify(body);
      return {
        status: 200,
        header: (name) => (name === 'content-type' ? type : undefined),
        body: (async function* () {
          yield encoder.encode(text);
        })(),
        cancel: () => {},
      };
    },
  };
}

/** Events of one vendor have names, which their data repeats. */
function frame(event: object | string): string {
  if (typeof event === 'string') return `data: ${event}\n\n`;
  const named = 'type' in event ? `event: ${String(event.type)}\n` : '';
  return `${named}data: ${JSON.stringify(event)}\n\n`;
}

const HELLO: Readonly<Record<ChatFormat, object>> = {
  'openai-chat': { messages: [{ role: 'user', content: 'Hello.' }] },
  'anthropic-messages': { max_tokens: 100, messages: [{ role: 'user', content: 'Hello.' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
  cohere: { messages: [{ role: 'user', content: 'Hello.' }] },
  ollama: { messages: [{ role: 'user', content: 'Hello.' }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] },
  'openai-responses': { input: 'Hello.' },
};

/** What a client of a format is told when a provider of another says this. `inspected`: a hook looks at it, so that nothing passes. */
export async function hear(
  client: ChatFormat,
  provider: ChatFormat,
  canned: Canned,
  stream: boolean,
  { inspected = false } = {},
) {
  const gateway = gatewayOver(cannedDispatcher(canned), { models: MODELS, inspected });
  const asked = client === 'openai-chat' && stream ? { stream_options: { include_usage: true } } : {};
  const response = await gateway.fetch(chatRequest(client, { ...HELLO[client], ...asked }, aliasOf(provider), stream));
  const text = await wireText(response);
  await gateway.close();
  return { ...told(response), text };
}
