import { WIRE_FORMATS, type WireFormat } from './adapters/format.ts';
import { ADAPTERS } from './adapters/index.ts';
import { CANONICAL_CHAT, type Route } from './adapters/routes.ts';
import { loadConfig, loadReload } from './config/load.ts';
import type { GatewayConfig } from './config/types.ts';
import { estimatorOf } from './cost/estimate.ts';
import { pricerOf } from './cost/pricer.ts';
import { handleFetch } from './fetch/handle.ts';
import type { Gateway } from './gateway-api.ts';
import { callWire } from './in-process/call.ts';
import { chatInProcess, streamInProcess } from './in-process/chat.ts';
import { explainInProcess } from './in-process/explain.ts';
import { type Calling, requestInProcess } from './in-process/request.ts';
import { Shadows } from './in-process/shadow.ts';
import { wireRequest } from './in-process/wire-request.ts';
import { callersOf } from './keys/callers.ts';
import { LimitError } from './kit/errors.ts';
import { createEvents } from './kit/events.ts';
import { Pending } from './kit/pending.ts';
import { PlacedList } from './kit/placed-list.ts';
import { textOf } from './kit/text-of.ts';
import { LimitRules } from './limits/rules.ts';
import { Answered } from './line/answered.ts';
import { Books } from './line/books.ts';
import { Discovery } from './line/discovery/discovery.ts';
import type { GatewayEvents } from './line/events.ts';
import { LineExchange } from './line/exchange.ts';
import { Explained } from './line/explanation.ts';
import { teach } from './line/feedback.ts';
import type { Line } from './line/line.ts';
import { match } from './line/match.ts';
import { refuse } from './line/refuse.ts';
import { retentionOf } from './line/retention.ts';
import { upgrading } from './line/session/upgrading.ts';
import { SharedRests } from './line/shared-rests.ts';
import { standingOf } from './line/standing.ts';
import { walk } from './line/walk.ts';
import { warnAtStart } from './line/warnings.ts';
import { catalogIds } from './providers/row.ts';
import { routerOf } from './router/build.ts';
import { Fleet } from './router/fleet.ts';
import { memoryStore } from './store/memory.ts';
import { bodyOfValue } from './transport/body-of.ts';
import type { GatewayReply, GatewayRequest } from './transport/gateway-request.ts';
import type { Platform } from './transport/platform.ts';

const NO_PATH = '/';
/** Milliseconds that closing waits for a store that is away. */
const FLUSH = 5_000;
const refused = (): LimitError => new LimitError('draining', 'The gateway is shutting down.', { retryAfter: 1 });

const KNOWN = { knownProvider: (id: string) => catalogIds().includes(id), providerIds: catalogIds() };

/**
 * Assembles the line. `platform` is what the entry point's runtime gives; `config.platform` replaces parts of it.
 * Throws ConfigError, with the path and the fix, for every mistake of configuration.
 */
export function createGateway<Host = unknown>(config: GatewayConfig<Host>, platform: Platform): Gateway<Host> {
  const settings = loadConfig(config, KNOWN);
  const { log } = settings;
  const events = createEvents<GatewayEvents>((name, error) =>
    line.settings.log.error(`a listener of ${name} failed`, { cause: textOf(error) }),
  );
  teach(settings.policies, events);
  const whole: Platform = { ...platform, ...settings.platform };
  const own = settings.store ?? memoryStore();

  const { clock } = whole;
  const foreign = settings.store !== undefined;
  const { journal, storage } = settings;
  const books = new Books({ store: own, foreign, journal, storage, clock, log, events });
  const { store } = books;
  const callers = callersOf(settings.access, store.entities, clock, settings.storage.timeout);
  const retention = retentionOf(settings, own.ledger, whole);
  const open = new PlacedList<LineExchange>();
  const pending = new Pending();
  const fleet = new Fleet();
  let explained: Explained | undefined;
  const explainedOf = ({ explain }: typeof settings): Explained | undefined => {
    if (explain !== (explained?.keep ?? 0)) explained = explain === 0 ? undefined : new Explained(explain);
    return explained;
  };
  const answered = new Answered();
  const shadows = new Shadows(begin, events, clock);
  const rests = foreign ? new SharedRests(store, fleet, clock, settings.storage.timeout) : undefined;
  function lineOf(fresh: typeof settings, before?: Discovery): Line {
    const prices = pricerOf(fresh);
    const router = routerOf(fresh, Math.floor(clock.now() / 1000), fleet, estimatorOf(prices));
    return {
      settings: fresh,
      router,
      discovery: Discovery.of({ settings: fresh, router, platform: whole, events }, before),
      limits: new LimitRules(fresh.limits),
      prices,
      store,
      callers,
      books,
      explained: explainedOf(fresh),
      ...(rests && { rests }),
      platform: whole,
      events,
      open,
      pending,
      answered: fresh.feedback ? answered : undefined,
      shadow: (exchange, copy) => {
        if (!draining) void shadows.cast(exchange, copy, fresh.log);
      },
    };
  }
  let line = lineOf(settings);
  warnAtStart(settings, line.prices !== undefined);
  let requests = 0;
  let draining = false;

  function begin(route: Route, request: GatewayRequest): LineExchange {
    requests++;
    const exchange = new LineExchange(
      line,
      route,
      request,
      route.format === undefined ? undefined : ADAPTERS[route.format],
    );
    open.add(exchange);
    return exchange;
  }
  function inProcess(route: Route, request: GatewayRequest, { caller }: Calling): LineExchange {
    const exchange = begin(route, request);
    exchange.caller = caller;
    return exchange;
  }
  function canonical(calling: Calling): LineExchange {
    if (draining) throw refused();
    return inProcess(CANONICAL_CHAT, requestInProcess(NO_PATH, undefined, calling), calling);
  }

  function wired(format: WireFormat, body: unknown, calling: Calling) {
    const { path, route, body: own, refusal } = wireRequest(format, body);
    const request = requestInProcess(path, () => bodyOfValue(own, line.settings.body), calling);
    return { exchange: inProcess(route, request, calling), refusal: draining ? refused() : refusal };
  }

  function handle(request: GatewayRequest<Host>): Promise<GatewayReply> | undefined {
    const route = match(request, line.router, line.explained !== undefined, line.answered !== undefined);
    if (route === undefined) return undefined;
    const exchange = begin(route, request as GatewayRequest);
    return draining ? Promise.resolve(refuse(exchange, refused())) : walk(exchange);
  }

  return {
    handle,
    fetch: (request, options) => handleFetch(handle, request, options),
    async chat(options, calling) {
      return chatInProcess(canonical(calling), options);
    },
    async stream(options, calling) {
      return streamInProcess(canonical(calling), options);
    },
    async call(format, body, calling) {
      const { exchange, refusal } = wired(format, body, calling);
      return callWire(exchange, refusal);
    },
    async explain(body, { format = WIRE_FORMATS[0], ...calling }) {
      const { exchange, refusal } = wired(format, body, calling);
      // Nobody asks for anything.
      requests--;
      return explainInProcess(exchange, refusal);
    },
    upgrade: upgrading(whole.sockets, begin, () => (draining ? refused() : undefined)),
    events: { on: events.on },
    stats: () => ({ open: open.size, requests, draining, journal: books.size, lost: books.lost }),
    forget(kind, id) {
      callers?.directory.forget(kind, id);
    },
    standing: (caller, model) => standingOf(line, caller, model),
    models: () => line.router.models,
    reload(declarative) {
      const before = line.discovery;
      line = lineOf(loadReload(config, declarative, KNOWN), before);
      before?.stop(false);
    },
    async drain(ms) {
      draining = true;
      for (const exchange of open) exchange.onDrain(ms);
      const limit = clock.now() + ms;
      const left = (): number => Math.max(0, limit - clock.now());
      while (open.size > 0 && left() > 0) await clock.sleep(Math.min(50, left()));
      await Promise.race([pending.none(), clock.sleep(left())]);
      await books.flush(left());
      return open.size;
    },
    flush: (ms = FLUSH) => books.flush(ms),
    async close() {
      draining = true;
      for (const exchange of open) exchange.cancel(refused());
      await pending.none();
      await books.flush(FLUSH);
      books.stop();
      retention?.stop();
      line.discovery?.stop(true);
      await own.flush();
      await whole.dispatcher.close();
      if (settings.store === undefined) await own.close();
    },
  };
}
