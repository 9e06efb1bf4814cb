import type { Caller } from '../config/types.ts';
import type { Clock } from '../kit/clock.ts';
import { AccessError, LimitError } from '../kit/errors.ts';
import { Recent } from '../kit/recent.ts';
import { hasSha256, readSha256 } from '../kit/sha256.ts';
import { addCircle, Survey } from './circle.ts';
import type { Directory } from './directory.ts';
import { allowedBy } from './grants.ts';
import { Guesses } from './guesses.ts';
import { type ParsedKey, parseKey } from './key-text.ts';
import type { KeyRecord } from './records.ts';

/** A key with all that is known of it. Its secret is not: what is presented is hashed each time, and the hash compared. */
interface Held {
  readonly key: KeyRecord;
  readonly hash: Int32Array;
  readonly previous: Int32Array | undefined;
  readonly caller: Caller;
  readonly blocked: boolean;
  readonly records: readonly unknown[];
  readonly until: number;
  readonly generation: number;
}

/** Who calls with which key. What is kept in memory is known by the id of a key: no secret and no text of a key stays there. */
export class KeyRing {
  readonly #directory: Directory;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #guesses = new Guesses();
  readonly #held: Recent<string, Held>;

  constructor(directory: Directory, clock: Pick<Clock, 'now'>, capacity: number) {
    this.#directory = directory;
    this.#clock = clock;
    this.#held = new Recent(capacity);
  }

  /**
   * The caller whose key this is; at once when it is known. Throws, or rejects with, AccessError `key_unknown`, `key_expired` or `key_blocked`; LimitError
   * `store_unavailable`, or `rate_limited` when too many keys were made up.
   */
  callerOf(text: string): Caller | Promise<Caller> {
    const parsed = parseKey(text);
    if (parsed === undefined) throw unknown();
    const now = this.#clock.now();
    const held = this.#held.recall(parsed.id);
    if (held !== undefined && now < held.until && held.generation === this.#directory.generation)
      return admitted(held, parsed, now);
    return this.#look(parsed, now);
  }

  async #look(parsed: ParsedKey, now: number): Promise<Caller> {
    const { id } = parsed;
    const asks = !this.#directory.knows('key', id);
    if (asks && this.#guesses.tooMany(now)) throw tooMany();
    const held = await this.#read(id);
    if (held !== undefined) return admitted(held, parsed, this.#clock.now());
    if (asks) this.#guesses.add(now);
    throw unknown();
  }

  async #read(id: string): Promise<Held | undefined> {
    const { generation } = this.#directory;
    const entry = await this.#directory.find('key', id);
    if (entry.record === undefined) {
      this.#held.delete(id);
      return undefined;
    }
    const survey = new Survey(this.#directory);
    await survey.add(`caller:${id}`, entry);
    const circle = await addCircle(survey, entry.record, (kind, name) => this.#directory.find(kind, name));
    const { records, until, blocked, missing } = survey;
    const before = this.#held.get(id);
    // The same caller as before, if nothing has changed: what is made of its limits is known by them.
    const caller = before !== undefined && same(before.records, records) ? before.caller : callerOf(id, entry.record);
    const key = entry.record;
    const hash = readSha256(key.hash);
    const previous = key.previous && readSha256(key.previous.hash);
    const held = {
      key,
      hash,
      previous,
      caller,
      blocked: (blocked ?? missing) !== undefined,
      records,
      until,
      generation,
    };
    this.#held.set(id, held);
    return held;

    function callerOf(id: string, { tags, aliases, router }: KeyRecord): Caller {
      const { models, limits } = allowedBy(survey.members);
      return {
        id,
        ...circle,
        ...router,
        ...(tags === undefined ? {} : { tags }),
        ...(aliases === undefined ? {} : { aliases }),
        ...(models === undefined ? {} : { models }),
        ...(limits === undefined ? {} : { limits }),
      };
    }
  }
}

/** Only who has the secret is told what is the matter with a key. */
function admitted(held: Held, { secret }: ParsedKey, now: number): Caller {
  const { key, caller, blocked } = held;
  if (!hasSha256(secret, held.hash) && !isPrevious(held, secret, now)) throw unknown();
  if (key.expires !== undefined && key.expires <= now) throw new AccessError('key_expired', 'This key has expired.');
  if (blocked) throw new AccessError('key_blocked', 'This key is blocked.');
  return caller;
}

/** The secret before the last rotation, while it is good. */
const isPrevious = ({ key, previous }: Held, secret: Uint8Array, now: number): boolean =>
  previous !== undefined && now < (key.previous?.until ?? 0) && hasSha256(secret, previous);

const same = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length && left.every((one, at) => one === right[at]);

const unknown = (): AccessError => new AccessError('key_unknown', 'This key is not known here.');
const tooMany = (): LimitError =>
  new LimitError('rate_limited', 'Too many unknown keys were presented; come back in a moment.', { retryAfter: 1 });
