import { type ClientSide, isFault, type Meter, type Target, type UpstreamCall } from '../../adapters/adapter.ts';
import { clientOf } from '../../adapters/index.ts';
import type { Fault } from '../../chat/fault.ts';
import type { WireResponse } from '../../transport/dispatcher.ts';
import { createFrameReader } from '../../transport/frame-reader.ts';
import { type Answer, WholeAnswer } from '../answer.ts';
import { chatOf } from '../chat-of.ts';
import type { LineExchange } from '../exchange.ts';
import { isJson, readJson } from '../read-json.ts';
import { AnswerStream } from '../stream/answer-stream.ts';
import { FrameInterpreter } from '../stream/interpret-frames.ts';
import type { Watch } from '../stream/watch.ts';
import { boundedBody, withInserted } from './bounded.ts';
import type { Work } from './work.ts';

/** Pass-through: same format in and out. The client's bytes go on with the model exchanged; the answer's are metered on the side. */
export class PassWork implements Work {
  readonly call: UpstreamCall;
  readonly #exchange: LineExchange;
  readonly #side: ClientSide;
  readonly #meter: Meter;

  constructor(exchange: LineExchange, target: Target) {
    const client = clientOf(target);
    if (exchange.body === undefined) throw new TypeError('pass-through without a body');
    this.#exchange = exchange;
    this.#side = client;
    const { body, told } = boundedBody(exchange, exchange.body, target);
    const call = client.forward(body, exchange.inbound, target, exchange);
    this.call = told.length === 0 ? call : withInserted(call, told);
    this.#meter = client.meter(this.call);
  }

  read(response: WireResponse, watch: Watch | undefined): Promise<Answer | Fault> {
    const { answer } = this.#exchange.line.settings;
    if (watch === undefined) return this.#readWhole(response, answer.maxBytes);
    if (isJson(response)) return this.#readWholeInsteadOfStream(response, answer.maxBytes);
    return this.#readStream(response, watch);
  }

  async #readStream(response: WireResponse, watch: Watch): Promise<Answer | Fault> {
    const { answer } = this.#exchange.line.settings;
    const { framing } = this.#side;
    const { shape } = this.#meter;
    const reader = createFrameReader(framing, { maxEventBytes: answer.maxEventBytes, shape });
    const { kept } = this.#exchange;
    const stream = new AnswerStream(
      response.body,
      kept?.of(reader) ?? reader,
      new FrameInterpreter(this.#meter, framing),
      watch,
    );
    return (await stream.open()) ?? { kind: 'chunks', framing, stream };
  }

  async #readWhole(response: WireResponse, maxBytes: number): Promise<Answer | Fault> {
    const { bytes, value } = await readJson(response, maxBytes);
    const metered = this.#meter.body(value);
    if (metered.fault !== undefined) return { ...metered.fault, ...(metered.usage && { usage: metered.usage }) };
    return new WholeAnswer(metered.replace === undefined ? bytes : JSON.stringify(metered.replace), metered.usage);
  }

  /** A provider that does not stream, or that failed: its whole answer is read as such, and replayed as a stream. */
  async #readWholeInsteadOfStream(response: WireResponse, maxBytes: number): Promise<Answer | Fault> {
    const { value } = await readJson(response, maxBytes);
    const { fault } = this.#meter.body(value);
    if (fault !== undefined) return fault;
    const { target } = this.call;
    const client = this.#side;
    const exchange = this.#exchange;
    const reply = client.parse(value, client.render(chatOf(exchange), target, exchange), exchange);
    return isFault(reply) ? reply : { kind: 'reply', reply };
  }
}
