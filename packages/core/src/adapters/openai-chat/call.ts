import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import type { Operation } from '../format.ts';
import type { Names } from '../shared/tool-names.ts';

/** What the reader of the answer needs to know of the request. */
export interface Memo {
  /** Did the client ask for usage on the stream? */
  readonly streamUsage: boolean;
  /** How many choices were asked for. */
  readonly n: number;
  /** Id and time for an answer that has none. */
  readonly id: string;
  readonly created: number;
  /** The client's names of tools behind the ones that went out. */
  readonly names?: Names;
  /** Container of the audio asked for, such as `mp3`. */
  readonly audioFormat?: string;
}

/** The memo of a call of this adapter. */
export function memoOf(call: UpstreamCall): Memo {
  return call.memo as Memo;
}

/** The memo of a call; `more`: what only some calls have. */
export function memoFor(exchange: Exchange, more?: Pick<Memo, 'names' | 'audioFormat'>): Memo {
  return new CallMemo(exchange, more);
}

/** Its id is made when it is asked for: most answers have their own. */
class CallMemo implements Memo {
  readonly streamUsage: boolean;
  readonly n: number;
  readonly created: number;
  declare readonly names?: Names;
  declare readonly audioFormat?: string;
  readonly #exchange: Exchange;
  #id: string | undefined;

  constructor(exchange: Exchange, more: Pick<Memo, 'names' | 'audioFormat'> | undefined) {
    const { peek } = exchange;
    this.streamUsage = peek.streamUsage === true;
    this.n = peek.n ?? 1;
    this.created = exchange.created;
    this.#exchange = exchange;
    if (more?.names !== undefined) this.names = more.names;
    if (more?.audioFormat !== undefined) this.audioFormat = more.audioFormat;
  }

  get id(): string {
    this.#id ??= this.#exchange.newId('chatcmpl-');
    return this.#id;
  }
}

/** Source: https://platform.openai.com/docs/api-reference */
const PATHS = {
  chat: '/chat/completions',
  embeddings: '/embeddings',
  moderations: '/moderations',
  images: '/images/generations',
  'image-edits': '/images/edits',
  'image-variations': '/images/variations',
  speech: '/audio/speech',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
} as const satisfies Partial<Record<Operation, string>>;

/** The operations that this format has a path for. */
export type PathName = keyof typeof PATHS;

/** The path of an operation: the row's own, with `{model}` filled in, or the format's. */
export function pathOf(operation: PathName, target: Target): string {
  const own = target.row.paths?.[operation];
  return own === undefined ? PATHS[operation] : own.replaceAll('{model}', () => encodeURIComponent(target.model));
}

/** The headers of a call. Nothing of the client's request goes on. */
export function headersFor(stream: boolean): Readonly<Record<string, string>> {
  return stream ? STREAM_HEADERS : WHOLE_HEADERS;
}

const STREAM_HEADERS = Object.freeze({ 'content-type': 'application/json', accept: 'text/event-stream' });
const WHOLE_HEADERS = Object.freeze({ 'content-type': 'application/json', accept: 'application/json' });
