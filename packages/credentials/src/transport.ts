import type { CancelSignal, Clock, Dispatcher, WireRequest, WireResponse } from '@postern/core';
import { nodeClock, nodeDispatcher } from '@postern/core/node';

/** How token endpoints are reached. Everything has a default. */
export interface TransportOptions {
  /**
   * Certificate authorities, in PEM, that the endpoint's certificate is checked against in place of the ones that Node knows. The check itself can not be
   * switched off.
   */
  readonly ca?: string | readonly string[];
  /** Default: that of `@postern/core/node`, by HTTPS_PROXY and NO_PROXY of the process. `ca` is then its own matter. */
  readonly dispatcher?: Dispatcher;
  /** Default: the real time. */
  readonly clock?: Clock;
}

/** The way to a token endpoint, and the time there. */
export interface Transport {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly clock: Clock;
}

/** The transport that these options ask for. Opens no connection before the first call; idle ones keep no process alive. */
export function transportOf({ ca, dispatcher, clock = nodeClock }: TransportOptions): Transport {
  if (dispatcher !== undefined) return { dispatcher, clock };
  let made: Dispatcher | undefined;
  const connect = ca === undefined ? {} : { connect: { ca: typeof ca === 'string' ? ca : [...ca] } };
  const dispatch = (request: WireRequest, signal: CancelSignal): Promise<WireResponse> => {
    made ??= nodeDispatcher({ environment: process.env, ...connect });
    return made.dispatch(request, signal);
  };
  return { dispatcher: { dispatch }, clock };
}
