/** The `Idempotency-Key` of a request that is the first with it. */
export interface Keyed {
  /** Where the shared map has it. */
  readonly name: string;
  /** SHA-256 of path, query and body. */
  readonly hash: string;
}
