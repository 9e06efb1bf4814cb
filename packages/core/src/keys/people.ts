import type { Caller } from '../config/types.ts';
import type { Clock } from '../kit/clock.ts';
import { AccessError, GatewayError } from '../kit/errors.ts';
import { Recent } from '../kit/recent.ts';
import { addCircle, type Circle, type CircleKind, Survey } from './circle.ts';
import type { Directory, Entry } from './directory.ts';
import { type Allowed, allowedBy, commonModels } from './grants.ts';
import type { EntityRecords } from './records.ts';

type Limits = NonNullable<Caller['limits']>;

/** What is known of those whom some callers belong to. */
interface Met extends Allowed {
  readonly circle: Circle;
  readonly blocked: string | undefined;
  readonly until: number;
  readonly generation: number;
  /** Limits that the host gave, and the same with those of the records behind them. */
  readonly together: WeakMap<Limits, Limits>;
}

/** Callers whom the host vouches for, and what the store says of their users, teams and organisations: made from a template when they are new. */
export class People {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #templates: Circle;
  readonly #met: Recent<string, Met>;
  readonly #making = new Map<string, Promise<Entry>>();
  readonly #done = new WeakSet<Caller>();

  /** @param templates ids of templates, by what is made from them; of other kinds nothing is read */
  constructor(directory: Directory, clock: Clock, templates: Circle, capacity: number) {
    this.#directory = directory;
    this.#clock = clock;
    this.#templates = templates;
    this.#met = new Recent(capacity);
  }

  /**
   * The caller with what the records say; at once when they are known. Throws, or rejects with, AccessError `caller_blocked`, LimitError
   * `store_unavailable`, or `internal` where a template is not as it should be.
   */
  meet(caller: Caller): Caller | Promise<Caller> {
    if (this.#done.has(caller)) return caller;
    const { user, team, organisation } = caller;
    const key = JSON.stringify([user, team, organisation]);
    const met = this.#met.recall(key);
    if (met !== undefined && this.#clock.now() < met.until && met.generation === this.#directory.generation)
      return this.#joined(caller, met);
    return this.#learn(key, caller);
  }

  async #learn(key: string, caller: Caller): Promise<Caller> {
    const { generation } = this.#directory;
    const survey = new Survey(this.#directory);
    const circle = await addCircle(survey, caller, (kind, id) =>
      this.#templates[kind] === undefined ? undefined : this.#foundOrMade(kind, id, caller),
    );
    const { blocked, until, members } = survey;
    const met = { ...allowedBy(members), circle, blocked, until, generation, together: new WeakMap() };
    this.#met.set(key, met);
    return this.#joined(caller, met);
  }

  #joined(caller: Caller, met: Met): Caller {
    if (met.blocked !== undefined) throw new AccessError('caller_blocked', 'This caller is blocked.');
    const models = commonModels(caller.models, met.models);
    const limits = togetherOf(caller.limits, met);
    const joined: Caller = {
      ...caller,
      ...met.circle,
      ...(models === undefined ? {} : { models }),
      ...(limits === undefined ? {} : { limits }),
    };
    this.#done.add(joined);
    return joined;
  }

  async #foundOrMade<Kind extends CircleKind>(kind: Kind, id: string, caller: Caller): Promise<Entry<Kind>> {
    const found = await this.#directory.find(kind, id);
    if (found.record !== undefined) return found;
    const key = `${kind} ${id}`;
    const making = this.#making.get(key) ?? this.#make(kind, id, caller).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making as Promise<Entry<Kind>>;
  }

  async #make(kind: CircleKind, id: string, { team, organisation }: Caller): Promise<Entry> {
    const template = await this.#directory.find('template', this.#templates[kind] ?? '');
    if (template.record?.of !== kind) throw noTemplate(kind);
    const record = {
      ...template.record.defaults,
      ...(kind === 'user' && team !== undefined ? { team } : {}),
      ...(kind !== 'organisation' && organisation !== undefined ? { organisation } : {}),
      // Changes later stay within its bounds.
      template: this.#templates[kind],
      createdAt: this.#clock.now(),
    };
    return this.#directory.create(kind, id, record as EntityRecords[CircleKind]);
  }
}

function togetherOf(own: Limits | undefined, { limits, together }: Met): Limits | undefined {
  if (own === undefined || limits === undefined) return own ?? limits;
  const known = together.get(own);
  if (known !== undefined) return known;
  const both = [...own, ...limits];
  together.set(own, both);
  return both;
}

const noTemplate = (kind: CircleKind): GatewayError =>
  new GatewayError('internal', 'The caller could not be set up.', {
    cause: new TypeError(`access.createFrom.${kind} names no template of a ${kind} that is in the store`),
  });
