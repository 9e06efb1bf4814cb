import { parseModelName } from '../../config/model-name.ts';
import { type DiscoverSettings, srvName } from '../../config/routing-discover.ts';
import { ConfigError } from '../../kit/errors.ts';
import { Finder, type Surroundings } from './finder.ts';
import { entriesOf } from './found.ts';

/** Path of addresses out of SRV records where nobody says one. */
const PATH = '/v1';

/** All look-ups of a configuration. */
export class Discovery {
  readonly #finders = new Map<string, Finder>();

  /** undefined: nothing is looked up. `before`: of the configuration before a reload. Throws ConfigError where this runtime can't. */
  static of(around: Surroundings, before: Discovery | undefined): Discovery | undefined {
    const { models } = around.settings;
    for (const { name, discover } of models.values()) {
      if (discover === undefined || srvName(discover.source) === undefined || around.platform.srv !== undefined)
        continue;
      throw new ConfigError(
        `models.${name}.deployments.discover`,
        'asks for SRV records, which this runtime can not look up; write a function under `discover`, or give `platform.srv`.',
      );
    }
    const looks = [...models.values()].some(({ discover }) => discover !== undefined);
    return looks ? new Discovery(around, before) : undefined;
  }

  private constructor(around: Surroundings, before: Discovery | undefined) {
    for (const model of around.settings.models.values()) {
      const { discover, name } = model;
      if (discover === undefined) continue;
      const known = before === undefined ? undefined : before.#finders.get(name);
      const list = known !== undefined && isSame(known.of, discover) ? known.list : undefined;
      this.#finders.set(name, new Finder(around, model, discover, finding(discover, around), list));
    }
  }

  /** The first look-up for an alias, while it lasts. Never rejects. */
  first(alias: string): Promise<void> | undefined {
    return this.#finders.get(alias)?.first;
  }

  /** See {@link Finder.stop}. */
  stop(giveUp: boolean): void {
    for (const finder of this.#finders.values()) finder.stop(giveUp);
  }
}

const isSame = (one: DiscoverSettings, other: DiscoverSettings): boolean =>
  one.source === other.source && one.scheme === other.scheme && one.path === other.path;

function finding(of: DiscoverSettings, { platform, router, settings }: Surroundings): () => unknown {
  const name = srvName(of.source);
  if (name === undefined) return () => settings.discover.get(of.source)?.();
  const { provider = '' } = parseModelName(of.each.model ?? '') ?? {};
  const path = of.path ?? router.place(provider)?.provider.basePath ?? PATH;
  return async () => entriesOf((await platform.srv?.(name)) ?? [], of, path);
}
