import type { Call, SharedMap, SharedOptions, Stored } from '@postern/core';
import { checkTimes, checkTtl } from './boundary.ts';
import type { Arguments, Connection, Keys } from './connection.ts';
import { idOf, partOf } from './keys.ts';
import { nonces } from './nonce.ts';
import { SHARED_ADD, SHARED_DELETE, SHARED_GET, SHARED_REPLACE } from './scripts/shared.ts';

const LINE_FEED = 10;

/**
 * A map in Redis, shared by all processes: one hash tag each, so that maps spread over a cluster. A call that rejects for want of an answer may have been
 * carried out.
 */
export class RedisSharedMap implements SharedMap {
  readonly #connection: Connection;
  readonly #capacity: number;
  readonly #forget: NonNullable<SharedOptions['forget']> | '';
  readonly #keys: Keys;
  readonly #version = nonces();

  /** @throws RangeError for a capacity that is no integer from 1 up */
  constructor(connection: Connection, prefix: string, name: string, capacity: number, options: SharedOptions = {}) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError(`The capacity of a shared map must be an integer from 1 up; got ${capacity}.`);
    this.#connection = connection;
    this.#capacity = capacity;
    this.#forget = options.forget ?? '';
    // In hexadecimal, for a brace in a name would end the tag.
    const tag = partOf(prefix, `m:${Buffer.from(idOf(name)).toString('hex')}`);
    this.#keys = ['entries', 'due', 'added', 'sequence'].map((part) => `${tag}${part}`);
  }

  async get(key: string, call: Call): Promise<Stored | undefined> {
    checkTimes(call.now);
    const reply = await this.#connection.bytes(SHARED_GET, this.#keys, [idOf(key), call.now], call);
    if (reply === undefined) return undefined;
    const end = reply.indexOf(LINE_FEED);
    return {
      value: Uint8Array.from(reply.subarray(end + 1)),
      version: new TextDecoder().decode(reply.subarray(0, end)),
    };
  }

  async add(key: string, value: Uint8Array, ttl: number, call: Call): Promise<'added' | 'present' | 'full'> {
    checkTtl(ttl);
    const values = [value.slice(), ttl, this.#version(), this.#capacity, this.#forget];
    return (await this.#run(SHARED_ADD, key, values, call)) as 'added' | 'present' | 'full';
  }

  async replace(key: string, value: Uint8Array, ttl: number, version: string, call: Call): Promise<boolean> {
    checkTtl(ttl);
    return (await this.#run(SHARED_REPLACE, key, [value.slice(), ttl, this.#version(), version], call)) === 'replaced';
  }

  async delete(key: string, call: Call): Promise<void> {
    await this.#run(SHARED_DELETE, key, [], call);
  }

  async #run(script: typeof SHARED_ADD, key: string, values: Arguments, call: Call): Promise<string | undefined> {
    checkTimes(call.now);
    const [answer] = await this.#connection.run(script, this.#keys, [idOf(key), call.now, ...values], call);
    return answer;
  }
}
