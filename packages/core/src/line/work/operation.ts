import {
  type Again,
  isAgain,
  type OperationDialect,
  type OperationSide,
  type Target,
  type UpstreamCall,
} from '../../adapters/adapter.ts';
import { operationOf } from '../../adapters/index.ts';
import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOfValue } from '../../transport/body-of.ts';
import type { WireResponse } from '../../transport/dispatcher.ts';
import { createFrameReader } from '../../transport/frame-reader.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { type Answer, WholeAnswer } from '../answer.ts';
import type { LineExchange } from '../exchange.ts';
import { invalidResponse, readJson } from '../read-json.ts';
import { AnswerStream } from '../stream/answer-stream.ts';
import { ByteStream } from '../stream/byte-stream.ts';
import { FrameInterpreter } from '../stream/interpret-frames.ts';
import type { Watch } from '../stream/watch.ts';
import type { Work } from './work.ts';

/** A non-chat operation: one function pair of the target's format between the canonical form and the provider's. */
export function operationWork(exchange: LineExchange, target: Target, side: OperationSide): Work {
  const { body, adapter, route } = exchange;
  if (body === undefined) throw new TypeError('an operation without a body');
  const dialect = adapter && operationOf(adapter, route.operation)?.dialect;
  if (dialect === undefined) return new OperationWork(exchange, side, side.render(body, target, exchange));
  const asked = body.json();
  const call = side.render(canonical(exchange, dialect, asked), target, exchange);
  return new OperationWork(exchange, side, call, (told) => {
    const answer = dialect.answer(told, asked, exchange, exchange.inbound);
    exchange.dropped = [...exchange.dropped, ...answer.dropped];
    return answer.body;
  });
}

/** What the client asks for, in the canonical form. */
const canonical = (exchange: LineExchange, dialect: OperationDialect, asked: unknown): Body =>
  bodyOfValue(dialect.request(asked, exchange.inbound), exchange.line.settings.body);

const asItIs = (body: unknown): unknown => body;

/** A class for the same reason as TranslateWork. */
class OperationWork implements Work {
  readonly call: UpstreamCall;
  readonly #exchange: LineExchange;
  readonly #side: OperationSide;
  readonly #told: (body: unknown) => unknown;
  /** Whose answer is read next: the call itself, or a later one of the same attempt. */
  #current: UpstreamCall;

  /** `told`: the canonical answer in the client's form. */
  constructor(
    exchange: LineExchange,
    side: OperationSide,
    call: UpstreamCall,
    told: (body: unknown) => unknown = asItIs,
  ) {
    this.#told = told;
    this.#exchange = exchange;
    this.#side = side;
    this.call = call;
    this.#current = call;
  }

  read(response: WireResponse, watch: Watch | undefined): Promise<Answer | Fault | Again> {
    const type = (response.header('content-type') ?? '').toLowerCase();
    const reading = this.#side.reads?.(type, this.#current) ?? 'json';
    if (reading === 'events' && watch !== undefined) return this.#events(response, watch);
    return reading === 'bytes' ? this.#bytes(response, watch, type) : this.#whole(response);
  }

  async #whole(response: WireResponse): Promise<Answer | Fault | Again> {
    const { value } = await readJson(response, this.#exchange.line.settings.answer.maxBytes);
    const result = this.#side.parse(value, this.#current, this.#exchange);
    if (isAgain(result)) {
      this.#current = result.again;
      return result;
    }
    if ('kind' in result) return result;
    if (result.type === undefined) return new WholeAnswer(JSON.stringify(this.#told(result.body)), result.usage);
    return new WholeAnswer(result.body as Chunk, result.usage, result.type);
  }

  async #bytes(response: WireResponse, watch: Watch | undefined, type: string): Promise<Answer | Fault> {
    const stream = new ByteStream(response.body, watch, this.#side.usage?.(this.#current));
    return (await stream.open()) ?? { kind: 'bytes', type: type === '' ? 'application/octet-stream' : type, stream };
  }

  async #events(response: WireResponse, watch: Watch): Promise<Answer | Fault> {
    const meter = this.#side.meter?.(this.#current);
    if (meter === undefined) return invalidResponse('answered with a stream that nobody asked for');
    const { maxEventBytes } = this.#exchange.line.settings.answer;
    const reader = createFrameReader('sse', { maxEventBytes, shape: meter.shape });
    const stream = new AnswerStream(response.body, reader, new FrameInterpreter(meter), watch);
    return (await stream.open()) ?? { kind: 'chunks', framing: 'sse', stream };
  }
}
