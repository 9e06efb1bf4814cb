import { checkedClientEvent, eventIdOf, type SessionRules } from '../../adapters/realtime/client-events.ts';
import { clientClose, sendableCode } from '../../adapters/realtime/close-codes.ts';
import { errorEvent } from '../../adapters/realtime/error-event.ts';
import { readServerEvent, type SessionTerms, WATCHED } from '../../adapters/realtime/server-events.ts';
import { addUsage } from '../../chat/usage.ts';
import type { Usage } from '../../chat/usage.ts';
import { asGatewayError, ClientGone, type GatewayError, UpstreamError } from '../../kit/errors.ts';
import type { WireSocket } from '../../transport/web-socket.ts';
import type { LineExchange } from '../exchange.ts';
import { settle, settleCancelled } from '../settle.ts';
import { tokensOf } from '../used.ts';
import { billResponse } from './bill.ts';
import { Flow } from './flow.ts';
import { Lease } from './lease.ts';
import { sessionRules, sessionTerms } from './terms.ts';
import { Transcriptions } from './transcriptions.ts';

/** Milliseconds between two pings; an end that was not heard of from one to the next is gone. */
const HEARTBEAT = 30_000;
/** How the session's status is told: it was opened. */
const SWITCHED = 101;

const decoder = new TextDecoder();

/**
 * A session under way: messages go both ways as they came, but for the few that the gateway answers for. It ends once, with whichever side ends first,
 * and settles then.
 */
export class Relay {
  readonly #exchange: LineExchange;
  readonly #client: WireSocket;
  readonly #upstream: WireSocket;
  readonly #terms: SessionTerms;
  readonly #rules: SessionRules;
  readonly #lease: Lease;
  readonly #transcriptions = new Transcriptions();
  readonly #toClient: Flow;
  readonly #toUpstream: Flow;
  #responding = false;
  #leaving = false;
  #over = false;
  #heardClient = true;
  #heardUpstream = true;
  #stopBeat: () => void = () => {};

  constructor(exchange: LineExchange, client: WireSocket, upstream: WireSocket) {
    this.#exchange = exchange;
    this.#client = client;
    this.#upstream = upstream;
    this.#terms = sessionTerms(exchange);
    this.#rules = sessionRules(exchange);
    this.#lease = new Lease(exchange, (error) => this.#fail(error, 1013));
    const { clock } = exchange.line.platform;
    const { clientIdle } = exchange.line.settings.timeouts;
    this.#toClient = new Flow(upstream, client, clock, clientIdle, () => client.destroy());
    this.#toUpstream = new Flow(client, upstream, clock, clientIdle, () => upstream.destroy());
  }

  start(): void {
    const exchange = this.#exchange;
    exchange.replied = true;
    exchange.release();
    exchange.abort = { abort: (reason) => this.#fail(asGatewayError(reason), 1001) };
    exchange.onDrain = (ms) => this.#drain(ms);
    this.#beat();
    this.#upstream.listen({
      message: (data, binary) => this.#fromUpstream(data, binary),
      heard: () => {
        this.#heardUpstream = true;
      },
      drained: () => this.#toUpstream.drained(),
      closed: (code, reason) => this.#upstreamClosed(code, reason),
    });
    this.#client.listen({
      message: (data, binary) => this.#fromClient(data, binary),
      heard: () => {
        this.#heardClient = true;
      },
      drained: () => this.#toClient.drained(),
      closed: (code, reason) => this.#clientClosed(code, reason),
    });
  }

  /** Binary messages are looked at too: a lenient provider reads an event out of them. */
  #fromClient(data: Uint8Array, binary: boolean): void {
    if (this.#over) return;
    this.#heardClient = true;
    const text = decoder.decode(data);
    try {
      const checked = binary && !text.trimStart().startsWith('{') ? text : checkedClientEvent(text, this.#rules);
      this.#toUpstream.send(checked === text ? data : checked, binary);
    } catch (error) {
      this.#tell(asGatewayError(error), eventIdOf(text));
    }
  }

  #fromUpstream(data: Uint8Array, binary: boolean): void {
    if (this.#over) return;
    this.#heardUpstream = true;
    const text = binary ? '' : decoder.decode(data);
    const event = WATCHED.some((word) => text.includes(word)) ? readServerEvent(text, this.#terms) : {};
    this.#transcriptions.note(event);
    this.#toClient.send(event.replace ?? data, binary);
    if (event.response !== undefined) this.#responding = event.response === 'begun';
    if (event.usage !== undefined) this.#note(event.usage);
    if (this.#leaving && !this.#responding) this.#leave();
  }

  #note(usage: Usage): void {
    this.#exchange.usage = addUsage(this.#exchange.usage, usage);
    this.#lease.extend({ ...tokensOf(usage), ...billResponse(this.#exchange, usage) });
  }

  #tell(error: GatewayError, about: string | null = null): void {
    const { adapter } = this.#exchange;
    if (adapter !== undefined) this.#toClient.send(errorEvent(error, adapter, this.#exchange, about), false);
  }

  #beat(): void {
    this.#stopBeat = this.#exchange.line.platform.clock.timer(HEARTBEAT, () => {
      if (this.#over) return;
      // An end that is held still can't be heard.
      if (!this.#heardClient && !this.#toUpstream.held) return this.#client.destroy();
      if (!this.#heardUpstream && !this.#toClient.held) return this.#upstream.destroy();
      this.#heardClient = false;
      this.#heardUpstream = false;
      this.#client.ping();
      this.#upstream.ping();
      this.#lease.extend({});
      this.#beat();
    });
  }

  #drain(ms: number): void {
    this.#leaving = true;
    if (ms === 0 || !this.#responding) this.#leave();
  }

  /** The gateway goes: both ends are told so, and nothing is lost. */
  #leave(): void {
    if (!this.#end()) return;
    this.#client.close(1001, 'The gateway is shutting down.');
    this.#upstream.close(1000, '');
    settle(this.#exchange, 'ok', SWITCHED);
  }

  /** Ended by us: an error that says why, then the close. */
  #fail(error: GatewayError, code: number): void {
    if (!this.#end()) return;
    this.#tell(error);
    this.#client.close(code, error.code);
    this.#upstream.close(1000, '');
    settleCancelled(this.#exchange, error);
  }

  #clientClosed(code: number, reason: string): void {
    if (!this.#end()) return;
    const gone = code === 1006;
    this.#upstream.close(gone ? 1001 : sendableCode(code), reason);
    if (gone) settle(this.#exchange, 'cancelled', SWITCHED, new ClientGone());
    else settle(this.#exchange, 'ok', SWITCHED);
  }

  #upstreamClosed(code: number, reason: string): void {
    if (!this.#end()) return;
    const close = clientClose(code);
    const error = new UpstreamError('upstream_incomplete', 'The provider broke the session off.');
    if (close.broken) this.#tell(error);
    this.#client.close(close.code, this.#terms.clean(reason));
    if (close.broken) {
      this.#exchange.openFault = { kind: 'incomplete', message: error.message };
      settle(this.#exchange, 'fault', SWITCHED, error);
    } else settle(this.#exchange, 'ok', SWITCHED);
  }

  /** True for the first end only. A response that was cut off is billed, and nobody tells its usage. */
  #end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#stopBeat();
    this.#toClient.stop();
    this.#toUpstream.stop();
    this.#lease.stop();
    const exchange = this.#exchange;
    exchange.abort = undefined;
    exchange.onDrain = () => {};
    if (this.#responding) exchange.usage = { ...exchange.usage, estimated: true };
    this.#transcriptions.record(exchange);
    return true;
  }
}
