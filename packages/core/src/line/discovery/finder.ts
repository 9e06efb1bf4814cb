import type { Settings } from '../../config/load.ts';
import type { DiscoverSettings } from '../../config/routing-discover.ts';
import type { ModelSettings } from '../../config/settings.ts';
import type { DeploymentConfig } from '../../config/types.ts';
import type { Events } from '../../kit/events.ts';
import { textOf } from '../../kit/text-of.ts';
import type { Router } from '../../router/router.ts';
import type { Platform } from '../../transport/platform.ts';
import type { Found, GatewayEvents } from '../events.ts';
import { completed, foundOf, named } from './found.ts';

/** How long a look-up may take, in ms. */
const PATIENCE = 10_000;
/** After a look-up that failed it is tried again in so many ms, doubled with each, and at least as often as ever. */
const AGAIN = 1_000;
/** Milliseconds between two warnings about one alias. */
const QUIET = 60_000;

/** What look-ups work with. */
export interface Surroundings {
  readonly settings: Settings;
  readonly router: Pick<Router, 'place' | 'renew'>;
  readonly platform: Pick<Platform, 'clock' | 'random' | 'srv'>;
  readonly events: Pick<Events<GatewayEvents>, 'emit'>;
}

/** Looks up what serves one alias, again and again, and has the router know where that has changed. */
export class Finder {
  /** The first look-up, while it lasts. */
  first: Promise<void> | undefined;
  readonly of: DiscoverSettings;
  /** What was found last, as it was found; undefined: nothing was yet. */
  list: readonly unknown[] | undefined;
  readonly #around: Surroundings;
  readonly #find: () => unknown;
  #model: ModelSettings;
  #text: string | undefined;
  #failures = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #cancel: () => void = () => {};

  /** `find` gives a list or a promise of one. `before`: what was found for the same before a reload. */
  constructor(
    around: Surroundings,
    model: ModelSettings,
    of: DiscoverSettings,
    find: () => unknown,
    before: readonly unknown[] | undefined,
  ) {
    this.#around = around;
    this.#model = model;
    this.of = of;
    this.#find = find;
    if (before !== undefined) this.#take(before, false);
    const first = this.#look();
    if (before === undefined)
      this.first = first.then(() => {
        this.first = undefined;
      });
  }

  /** No further look-up. `giveUp`: the one under way ends as well; else requests that wait for it get what it finds. */
  stop(giveUp: boolean): void {
    this.#stopped = true;
    if (giveUp || this.first === undefined) this.#cancel();
  }

  async #look(): Promise<void> {
    const { clock, random } = this.#around.platform;
    try {
      this.#take(await this.#asked());
      this.#failures = 0;
    } catch (error) {
      if (this.#stopped) return;
      this.#failed(textOf(error));
    }
    if (this.#stopped) return;
    const { every } = this.of;
    const wait = this.#failures === 0 ? every : Math.min(every, AGAIN * 2 ** (this.#failures - 1));
    // Not all processes at once.
    this.#cancel = clock.timer(wait * (0.9 + 0.2 * random()), () => void this.#look());
  }

  /** Rejects when it takes too long, or is stopped. */
  #asked(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error(`no answer within ${PATIENCE} ms`));
      const cancel = this.#around.platform.clock.timer(PATIENCE, giveUp);
      this.#cancel = () => {
        cancel();
        giveUp();
      };
      new Promise((found) => found(this.#find())).then(resolve, reject).finally(cancel);
    });
  }

  /** Throws where nothing of it is sound: what was found before is better than nothing. */
  #soundOf(whole: readonly DeploymentConfig[]): readonly DeploymentConfig[] {
    const sound = this.#sound(whole);
    if (whole.length > 0 && sound.length === 0) throw new TypeError('nothing of what was found is a deployment');
    return sound;
  }

  #failed(cause: string): void {
    const { events, platform, settings } = this.#around;
    const { name: alias } = this.#model;
    this.#failures++;
    events.emit('discovery-failed', { alias, cause });
    const now = platform.clock.now();
    if (now < this.#warnedAt + QUIET) return;
    this.#warnedAt = now;
    settings.log.warn('deployments could not be looked up; what was found last holds', { alias, cause });
  }

  #take(list: unknown, tell = true): void {
    // Of one that was stopped only those want to know who wait for it.
    if (this.#stopped && this.first === undefined) return;
    if (!Array.isArray(list)) throw new TypeError('what looks deployments up gave no list');
    const text = JSON.stringify(list);
    if (text === this.#text) return;
    const whole = list.map((entry: unknown) => completed(entry, this.of.each));
    const made = this.#made(whole) ?? this.#made(this.#soundOf(whole));
    if (made === undefined) throw new TypeError('what was found does not go together');
    const { model, put } = made;
    put();
    if (tell && !this.#stopped) this.#tell(this.#model.deployments.map(foundOf), model.deployments.map(foundOf));
    this.#model = model;
    this.#text = text;
    this.list = list;
  }

  /** The alias with these entries, and what puts it in place. undefined: some of them are wrong. */
  #made(list: readonly DeploymentConfig[], wrong?: (cause: string) => void) {
    const { router, settings } = this.#around;
    try {
      const found = list.length === 0 ? [] : settings.found(this.#model.name, list).deployments;
      const model = named(this.#model, found);
      return { model, put: router.renew(model) };
    } catch (error) {
      wrong?.(error instanceof Error ? error.message : textOf(error));
      return undefined;
    }
  }

  /** Those that can be used, of entries from the `at`th on. What is wrong with one is told, and takes no other along. */
  #sound(list: readonly DeploymentConfig[], at = 0): readonly DeploymentConfig[] {
    if (list.length > 1) {
      if (this.#made(list) !== undefined) return list;
      const half = list.length >> 1;
      return [...this.#sound(list.slice(0, half), at), ...this.#sound(list.slice(half), at + half)];
    }
    const { log } = this.#around.settings;
    const tell = (cause: string): void =>
      log.warn('a deployment that was found is left out', { alias: this.#model.name, entry: at, cause });
    return this.#made(list, tell) === undefined ? [] : list;
  }

  #tell(before: readonly Found[], now: readonly Found[]): void {
    const { name: alias } = this.#model;
    this.#around.events.emit('deployments-changed', {
      alias,
      joined: without(now, before),
      left: without(before, now),
    });
  }
}

function without(some: readonly Found[], others: readonly Found[]): readonly Found[] {
  const known = new Set(others.map(({ deployment }) => deployment));
  return some.filter(({ deployment }) => !known.has(deployment));
}
