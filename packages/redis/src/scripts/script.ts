import { createHash } from 'node:crypto';

/** A Lua script, and the name that Redis knows it by once it was loaded. */
export interface Script {
  readonly source: string;
  /** SHA-1 of the source in hex: https://redis.io/docs/latest/commands/evalsha/ */
  readonly sha: string;
}

/** Names a script. */
export function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}
