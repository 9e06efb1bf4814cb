import { type Deployment, Fleet, type RoutingConfig, routingOf, seeded } from '@postern/core/routing';
import { Agenda } from './agenda.ts';
import { type Arrival, arrivalsOf } from './arrivals.ts';
import { type Load, type Report, Sample } from './report.ts';
import { Server } from './server.ts';
import type { Service, Traffic } from './traffic.ts';
import { Visit } from './visit.ts';
import type { SimulatedCall, World } from './world.ts';

/** 2026-01-01T00:00:00Z: any moment will do, as long as it is always the same. */
const START = 1_767_225_600_000;

/** Settings of {@link simulate}. */
export interface SimulateOptions {
  /**
   * Deployments are asked in the order in which they will answer, by one who knows how each serves at that moment: what no strategy can do better, to
   * compare with. Default false.
   */
  readonly oracle?: boolean;
  /** Told of each call when it is over, for charts of your own. */
  readonly watch?: (call: SimulatedCall) => void;
}

/**
 * Plays traffic against a configuration, on a clock of its own: who is asked, who rests and what is tried again is decided by the code that decides in a
 * gateway. What is simulated is the time that calls take, their faults and their queues. The same seed gives the same report. Throws ConfigError, and
 * RangeError for numbers of the traffic that there are not.
 */
export function simulate(
  config: RoutingConfig,
  traffic: Traffic,
  { oracle = false, watch }: SimulateOptions = {},
): Report {
  const random = seeded(traffic.seed ?? 1);
  const routing = routingOf(config);
  const routers = Array.from({ length: traffic.gateways ?? 1 }, () => routing.router(new Fleet()));
  const agenda = new Agenda();
  agenda.now = START;
  const servers = new Servers(traffic, agenda);
  const world: World = {
    agenda,
    oracle,
    random,
    routing,
    server: (one) => servers.of(one),
    watch: watch && ((call) => watch({ ...call, at: call.at - START })),
    calls: 0,
    nanoUsd: 0n,
  };
  const [firstToken, total] = [new Sample(), new Sample()];
  let requests = 0;
  let failed = 0;
  // The arrivals have numbers of their own: two policies meet the same ones.
  const coming = arrivalsOf(traffic.arrivals, START, seeded((traffic.seed ?? 1) ^ 0x5eed));

  function come({ answer, question }: Arrival): void {
    requests++;
    const router = routers[Math.floor(random() * routers.length)] ?? routers[0];
    if (router === undefined) throw new RangeError('gateways must be above 0');
    new Visit(world, question, answer, (visit) => {
      if (!visit.answered) failed++;
      else {
        total.add(agenda.now - question.now);
        if (question.stream && visit.spokeAt !== undefined) firstToken.add(visit.spokeAt - question.now);
      }
    }).begin(router);
  }
  function follow(): void {
    const { done, value } = coming.next();
    if (done === true || value === undefined) return;
    agenda.add(value.question.now, () => {
      follow();
      come(value);
    });
  }

  follow();
  while (agenda.next());
  return {
    requests,
    failing: requests === 0 ? 0 : failed / requests,
    extra: requests === 0 ? 0 : world.calls / requests - 1,
    firstToken: firstToken.percentiles(),
    total: total.percentiles(),
    usd: world.nanoUsd === undefined ? undefined : Number(world.nanoUsd) / 1e9,
    deployments: servers.loads(),
    seconds: (agenda.now - START) / 1000,
  };
}

/** The deployments of all gateways: what one sends is in the way of the others. */
class Servers {
  readonly #traffic: Traffic;
  readonly #known = new Map<string, { readonly name: string; readonly server: Server }>();
  readonly #agenda: Agenda;

  constructor(traffic: Traffic, agenda: Agenda) {
    this.#traffic = traffic;
    this.#agenda = agenda;
    for (const { at, services } of traffic.changes ?? [])
      agenda.add(START + at, () => {
        for (const [id, { name, server }] of this.#known) {
          const service = serviceOf(services, id, name);
          if (service !== undefined) server.become(service);
        }
      });
  }

  of({ id, name }: Deployment): Server {
    const known = this.#known.get(id);
    if (known !== undefined) return known.server;
    const server = new Server(this.#serviceNow(id, name));
    this.#known.set(id, { name, server });
    return server;
  }

  loads(): Record<string, Load> {
    const all = [...this.#known.values()].reduce((sum, { server }) => sum + server.calls, 0);
    const loads = [...this.#known].map(
      ([
        id,
        {
          server: { calls, faults },
        },
      ]): [string, Load] => [id, { calls, faults, share: calls / all }],
    );
    return Object.fromEntries(loads.sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true })));
  }

  /** A deployment may be seen for the first time when much has changed. */
  #serviceNow(id: string, name: string): Service {
    const { changes = [], services } = this.#traffic;
    const past = changes.filter(({ at }) => START + at <= this.#agenda.now).sort((a, b) => b.at - a.at);
    for (const layer of [...past.map((change) => change.services), services]) {
      const found = serviceOf(layer, id, name);
      if (found !== undefined) return found;
    }
    throw new RangeError(`services: say how ${id} (${name}) serves, or give '*'`);
  }
}

const serviceOf = (services: Traffic['services'], id: string, name: string): Service | undefined =>
  services[id] ?? services[name] ?? services['*'];
