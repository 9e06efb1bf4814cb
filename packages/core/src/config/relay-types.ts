/** Methods that can be passed on. */
export const RELAY_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type RelayMethod = (typeof RELAY_METHODS)[number];

/**
 * What callers may reach of a provider as it is, at `/<provider>/<path at the provider's host>` below the mount, with the operator's key. Nothing is
 * translated; chats and other operations of a format that the gateway knows walk the whole line, the rest is passed on unread in both directions.
 */
export interface PassThroughConfig {
  /** Paths at the provider's host, such as `/v1/files*`; a `*` at the end matches any rest. */
  readonly paths: readonly string[];
  /** Default: GET and POST. */
  readonly methods?: readonly RelayMethod[];
  /** Names of headers of the client that go on, besides `accept` and `content-type`. Default none. Credentials and cookies never do. */
  readonly requestHeaders?: readonly string[];
  /** Names of headers of the answer that go back, besides `content-type`, `content-length` and `content-disposition`. Default none. */
  readonly answerHeaders?: readonly string[];
  /** Most bytes of a request body. Default 536870912 (512 MiB); it is streamed and never held. */
  readonly maxBytes?: number;
  /** May callers with a `models` list ask for what may run models that the gateway doesn't see? Default false. */
  readonly unseenModels?: boolean;
}

/** What a provider keeps between requests (files, batches, vector stores …), under its own paths below the mount. */
export interface ResourcesConfig {
  /** The provider that keeps them. An id goes to the deployment that made it. */
  readonly provider: string;
  /**
   * Whom an id belongs to: nobody else can use or see it. Default `caller`. `team` and `organisation`: of the caller that made it; a caller without one
   * keeps its own. `everybody`: ids are not looked at, and every caller reaches all that the provider's account holds.
   */
  readonly owner?: 'caller' | 'team' | 'organisation' | 'everybody';
  /** How many days an id is remembered; after that nobody can use it. Default 365. */
  readonly keepDays?: number;
  /** How many ids are remembered; the oldest go first. Default 100000. */
  readonly capacity?: number;
  /** Most bytes of an upload. Default 536870912 (512 MiB); it is streamed and never held. */
  readonly maxBytes?: number;
  /**
   * May callers with a `models` list make what runs models that the gateway doesn't see: batches, whose lines name them, and runs of evals? Default
   * false: they get 403.
   */
  readonly unseenModels?: boolean;
}
