import type { Target, UpstreamCall } from '../../adapters/adapter.ts';
import { madeIn } from '../../adapters/resources.ts';
import type { RelayRoute } from '../../adapters/routes.ts';
import type { Fault } from '../../chat/fault.ts';
import type { WireRequest, WireResponse } from '../../transport/dispatcher.ts';
import type { Answer } from '../answer.ts';
import { bind, boundResources, unbind } from '../bindings.ts';
import type { LineExchange } from '../exchange.ts';
import { isJson, readJson } from '../read-json.ts';
import { Watch } from '../stream/watch.ts';
import type { Work } from '../work/work.ts';
import { answerHeaders, queryFor, requestHeaders } from './headers.ts';
import { RelayStream } from './stream.ts';

/** Passing a request on: its bytes as they come, and the answer's. Only JSON about what a provider keeps is read, because of the ids in it. */
export function relayWork(exchange: LineExchange, relay: RelayRoute, target: Target): Work {
  return new RelayWork(exchange, relay, target);
}

class RelayWork implements Work {
  readonly call: UpstreamCall;
  readonly #exchange: LineExchange;
  readonly #relay: RelayRoute;

  constructor(exchange: LineExchange, relay: RelayRoute, target: Target) {
    const { body, request, passing, page } = exchange;
    this.#exchange = exchange;
    this.#relay = relay;
    this.call = {
      method: request.method as WireRequest['method'],
      path: relay.path + queryFor(request.query, target.row.query, page),
      ...(relay.resource === undefined ? { wholePath: true } : {}),
      headers: requestHeaders(exchange, relay),
      body: passing ?? body?.bytes(),
      stream: false,
      target,
      dropped: [],
      inserted: [],
    };
  }

  async read(response: WireResponse): Promise<Answer> {
    const { resource } = this.#relay;
    if (resource !== undefined && isJson(response)) return this.#readWhole(response);
    const head = { status: response.status, headers: answerHeaders(response, this.#relay, true) };
    return { kind: 'relay', head, stream: new RelayStream(response.body, this.#watch()) };
  }

  /** What a provider refuses here is about what it keeps, and no word on a model; but for the operator's account. */
  refused(fault: Fault): Fault {
    const { status } = fault;
    const account = status === undefined || status === 401 || status === 402 || status === 403 || status === 429;
    return account || status >= 500 ? fault : { ...fault, kind: 'rejected' };
  }

  async #readWhole(response: WireResponse): Promise<Answer> {
    const exchange = this.#exchange;
    const { bytes, value } = await readJson(response, exchange.line.settings.answer.maxBytes);
    await this.#own(value);
    const head = { status: response.status, headers: answerHeaders(response, this.#relay, false) };
    return { kind: 'relayed', head, body: bytes, value };
  }

  /** What was made is the caller's before it is told of it. */
  async #own(answer: unknown): Promise<void> {
    const exchange = this.#exchange;
    const { resource } = this.#relay;
    const resources = boundResources(exchange);
    if (resources === undefined || resource === undefined) return;
    const { action, id } = resource;
    const place = exchange.home?.id ?? this.#relay.provider;
    if (action === 'drop' && id !== undefined) await unbind(exchange, resources, { kind: resource.resource.kind, id });
    else await bind(exchange, resources, madeIn(answer, resource), place);
  }

  #watch(): Watch {
    const { line, abort, plan } = this.#exchange;
    const timers = plan[0]?.alias.timers(false) ?? line.settings.timeouts;
    return new Watch(line.platform.clock, timers, (error) => abort?.abort(error));
  }
}
