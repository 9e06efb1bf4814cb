import { RequestError } from '../../kit/errors.ts';
import { type Body, type FormFile, type FormPart, isFormFile } from '../../transport/body.ts';
import { multipartSource, multipartType } from '../../transport/multipart-write.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { type Json, parsedOr, record, text } from '../shared/read.ts';

/** A call of a form that is no wire format's own; what isn't said is what most of them are: JSON there and back. */
export function mediaCall(
  target: Target,
  path: string,
  call: Partial<UpstreamCall> & { readonly json?: Json },
): UpstreamCall {
  const { json, ...own } = call;
  return {
    method: own.method ?? 'POST',
    path,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      accept: 'application/json',
      ...own.headers,
    },
    body: json === undefined ? own.body : JSON.stringify(json),
    stream: own.stream ?? false,
    target,
    dropped: own.dropped ?? [],
    inserted: own.inserted ?? [],
    ...(own.wholePath === undefined ? {} : { wholePath: own.wholePath }),
    ...(own.memo === undefined ? {} : { memo: own.memo }),
  };
}

/** A call whose body is a form. */
export function formCall(
  target: Target,
  path: string,
  exchange: Exchange,
  parts: readonly FormPart[],
  call: Partial<UpstreamCall>,
): UpstreamCall {
  const boundary = exchange.newId('postern-');
  const headers = { 'content-type': multipartType(boundary) };
  return mediaCall(target, path, { ...call, headers, body: multipartSource(parts, boundary) });
}

/** A path with a query; parameters that are undefined are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.append(name, String(value));
  const written = parameters.toString();
  return written === '' ? path : `${path}?${written}`;
}

const NOT_YET =
  'The target needs the whole form first: name the model in the form, in front of its files, and not in the query.';

/** The fields of a request, and a note of those that nobody asked for: they are what the target can't express. */
export class Asked {
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #known = new Set(['model', 'providerOptions']);
  readonly #refused = new Dropped();

  /** Throws RequestError `unsupported_by_target` for a form that is not read yet: of what comes later nothing could be told. */
  constructor(body: Body) {
    if (body.more !== undefined) throw new RequestError('unsupported_by_target', NOT_YET, { param: 'model' });
    const fields = body.fields();
    this.#fields = new Map([...fields.keys()].map((name) => [name.replace(/\[\]$/, ''), fields.get(name)]));
  }

  /** The value, as JSON gives it; a form's is a text. */
  get(name: string): unknown {
    this.#known.add(name);
    return this.#fields.get(name);
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** A voice by its name or, as OpenAI has it for voices of one's own, by its id. */
  voice(): string | undefined {
    return this.text('voice') ?? text(record(this.get('voice'))?.['id']);
  }

  /** Also of a form, where numbers are texts. */
  number(name: string): number | undefined {
    const value = this.get(name);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  }

  /** Throws RequestError `invalid_request` without one. */
  file(name: string): FormFile {
    const value = this.get(name);
    if (isFormFile(value)) return value;
    throw new RequestError('invalid_request', `'${name}' must be one file here.`, { param: name });
  }

  /** What was looked at and can't be expressed all the same. */
  drop(name: string): void {
    this.#refused.add(name);
  }

  get dropped(): string[] {
    return [...this.#refused.list, ...[...this.#fields.keys()].filter((name) => !this.#known.has(name))];
  }

  /** Options for this very provider, which may set whatever its API has; of a form as JSON text. */
  options(provider: string): Json {
    const given = this.#fields.get('providerOptions');
    return record(record(typeof given === 'string' ? parsedOr(given, undefined) : given)?.[provider]) ?? {};
  }
}

/** The client wants something that would come back as something else. */
export function inexpressible(param: string, value: string, instead: readonly string[]): RequestError {
  return new RequestError(
    'unsupported_by_target',
    `The target can not give ${param} '${value.slice(0, 50)}'; it gives ${instead.join(', ')}.`,
    { param },
  );
}
