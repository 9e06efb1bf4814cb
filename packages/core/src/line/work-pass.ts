import { isFault, type Meter, type Target } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Fault } from '../chat/fault.ts';
import type { WireResponse } from '../transport/dispatcher.ts';
import { createSseReader } from '../transport/sse.ts';
import type { Answer } from './answer.ts';
import { AnswerStream } from './answer-stream.ts';
import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { FrameInterpreter } from './interpret-frames.ts';
import { isJson, readJson } from './read-json.ts';
import type { Work } from './work.ts';

/** Pass-through: same format in and out. The client's bytes go on with the model exchanged; the answer's are metered on the side. */
export function passWork(exchange: LineExchange, target: Target): Work {
  const { client } = ADAPTERS[target.row.format];
  if (exchange.body === undefined) throw new TypeError('pass-through without a body');
  const call = client.forward(exchange.body, exchange.inbound, target, exchange);
  const meter = client.meter(call);
  const { answer } = exchange.line.settings;
  return {
    call,
    async read(response, watch): Promise<Answer | Fault> {
      if (watch === undefined) return readWhole(response, meter, answer.maxBytes);
      if (isJson(response)) return wholeInsteadOfStream(exchange, target, response, meter);
      const reader = createSseReader({ maxEventBytes: answer.maxEventBytes, shape: meter.shape });
      const stream = new AnswerStream(response.body, reader, new FrameInterpreter(meter), watch);
      return (await stream.open()) ?? { kind: 'chunks', stream };
    },
  };
}

async function readWhole(response: WireResponse, meter: Meter, maxBytes: number): Promise<Answer | Fault> {
  const { bytes, value } = await readJson(response, maxBytes);
  const metered = meter.body(value);
  if (metered.fault !== undefined) return metered.fault;
  return {
    kind: 'whole',
    body: metered.replace === undefined ? bytes : JSON.stringify(metered.replace),
    usage: metered.usage,
  };
}

/** A provider that does not stream, or that failed: its whole answer is read as such, and replayed as a stream. */
async function wholeInsteadOfStream(
  exchange: LineExchange,
  target: Target,
  response: WireResponse,
  meter: Meter,
): Promise<Answer | Fault> {
  const { value } = await readJson(response, exchange.line.settings.answer.maxBytes);
  const { fault } = meter.body(value);
  if (fault !== undefined) return fault;
  const { client } = ADAPTERS[target.row.format];
  const reply = client.parse(value, client.render(chatOf(exchange), target, exchange), exchange);
  return isFault(reply) ? reply : { kind: 'reply', reply };
}
