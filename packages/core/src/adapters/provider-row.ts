import type { FamilyName } from './families/names.ts';
import type { Operation, WireFormat } from './format.ts';
import type { RepairName } from './openai-chat/repairs.ts';

/** How a key goes on the wire. Keys travel in headers, never in URLs. */
export type AuthStyle =
  | 'bearer' /* authorization: Bearer <key> */
  | 'none'
  | 'credentials' /* no fixed key: tokens or signatures by `credentials` of the configuration */
  | { readonly header: string; readonly prefix?: string }; /* <header>: <prefix><key> */

/**
 * A provider: data, no code. One row makes a new provider of a known wire format.
 * `{placeholders}` in baseUrl are filled from `settings` of the configuration (or its environment variables).
 */
export interface ProviderRow {
  readonly format: WireFormat;
  /** Up to and including the version segment, no trailing slash, https unless loopback. Absent: self-hosted, the configuration must give one. */
  readonly baseUrl?: string;
  /** Environment variables that hold the base URL of a self-hosted or per-customer server, first found wins; read by `fromEnvironment` only. */
  readonly baseUrlEnv?: readonly string[];
  readonly auth: AuthStyle;
  /** Environment variables that hold the key, first found wins. */
  readonly apiKeyEnv: readonly string[];
  /** The server may run without a key, as self-hosted ones do. Default false: no key is a ConfigError at mount unless auth is `none`. */
  readonly apiKeyOptional?: boolean;
  /** With auth `credentials`, or where they may take the place of a key: what gives them, as a sentence names it. */
  readonly credentialsFrom?: string;
  /** Placeholders of baseUrl and their environment variables, for instance `{ account: ['X_ACCOUNT_ID'] }`. */
  readonly settings?: Readonly<Record<string, readonly string[]>>;
  readonly serves: readonly Operation[];
  /** `exact`: the vendor owns the format, bytes pass untouched. Default for openai-chat rows: `compatible`; others: `exact`. */
  readonly fidelity?: 'exact' | 'compatible';
  /** Top-level request fields that the API spells otherwise, ours → theirs. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Top-level request fields that the API refuses (a property of the API, not of one model); dropped and reported. */
  readonly drop?: readonly string[];
  /** Further fields that the API refuses in one operation; dropped and reported. */
  readonly dropFrom?: Readonly<Partial<Record<Operation, readonly string[]>>>;
  /** Tools of its own that the API calls in chats without being asked to, by the names that prices have for them: one call of each is reserved. */
  readonly calls?: readonly string[];
  /** Fixed request headers, such as a version. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header in which the API takes a key by which it serves a request once only. Default: it is not documented to take one. */
  readonly idempotencyHeader?: string;
  /** Named deviations of a `compatible` API, repaired by pure functions of the adapter. */
  readonly repairs?: readonly RepairName[];
  /** Paths that differ from the format's own, by operation, relative to baseUrl; `{model}` is filled in. */
  readonly paths?: Readonly<Partial<Record<Operation, string>>>;
  /** Where streams of chats are asked for, if not at the path of `paths.chat`; `{model}` is filled in. */
  readonly streamPath?: string;
  /** The path names the model, and the body must not. */
  readonly modelInPath?: true;
  /** A token count takes the request itself, and none that holds it and names the model (`gemini` rows). */
  readonly plainCount?: true;
  /** Top-level fields of every chat's body, and of that of embeddings and rankings in a form of their own, over the client's own, such as a version or a project; `{placeholders}` are filled from `settings`. */
  readonly bodyFields?: Readonly<Record<string, string>>;
  /** Forms of operations that are not the format's own, by operation. */
  readonly families?: Readonly<Partial<Record<Operation, FamilyName>>>;
  /** Query parameters of every call, such as `api-version`; `{placeholders}` as in baseUrl. */
  readonly query?: Readonly<Record<string, string>>;
  /** `false`: refuses `stream_options.include_usage`; usage on streams is estimated. */
  readonly streamUsage?: boolean;
  /**
   * Further formats that the same API serves, each with what differs there: a client that speaks one of them is served in it, and in the row's own
   * format by a model that the API does not serve there.
   */
  readonly also?: Readonly<Partial<Record<WireFormat, AlsoServed>>>;
  /** Take everything else from this row. */
  readonly extends?: string;
  /** What a person calls it. */
  readonly name?: string;
  /** The documentation it was read from. */
  readonly source: string;
}

/** How a format besides a row's own is served. What has to do with the row's own format (`rename`, `drop`, `repairs` …) does not hold there. */
export interface AlsoServed
  extends Partial<Pick<ProviderRow, 'serves' | 'fidelity' | 'paths' | 'rename' | 'drop' | 'streamUsage'>> {
  /** Default: what a row of that format serves. Without `chat` it is as if the format were not named here. */
  readonly serves?: readonly Operation[];
  /** Default `exact`. */
  readonly fidelity?: 'exact' | 'compatible';
  /** The models that are served in this format, by name; a `*` at the end matches any rest. Default: all. */
  readonly only?: readonly string[];
}
