import type { Body, FormPart } from '../../transport/body.ts';
import { isFormFile } from '../../transport/body.ts';
import { multipartSource, multipartType } from '../../transport/multipart-write.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { parsedOr, text } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { type CanonicalCall, droppedBy } from './canonical-call.ts';
import { FORMAT } from './wire.ts';

/** The call of an operation with files: a form again, whose files are read from where they wait while it is sent. */
export function formCall(body: Body, target: Target, exchange: Exchange, what: CanonicalCall): UpstreamCall {
  const dropped: string[] = [];
  const boundary = exchange.newId('postern-');
  const spell = spelling(target, what, dropped);
  const parts = [{ name: 'model', value: target.model }, ...(body.form ?? []).flatMap(spell)];
  return {
    method: 'POST',
    path: pathOf(what.operation, target),
    headers: {
      ...headersFor(what.stream),
      'content-type': multipartType(boundary),
      ...(what.accept === undefined ? {} : { accept: what.accept }),
    },
    body: multipartSource(parts, boundary, body.more && spelledAll(body.more, spell)),
    stream: what.stream,
    target,
    dropped,
    inserted: [],
    memo: what.memo ?? memoFor(exchange),
  };
}

/** How a part is spelled for the row's API; the model is not among them. What it refuses goes to `dropped`, also while the form is sent. */
function spelling(target: Target, what: CanonicalCall, dropped: string[]): (part: FormPart) => FormPart[] {
  const refused = new Set(droppedBy(target, what.operation));
  const rename = target.row.rename ?? {};
  const drop = { add: (name: string) => (dropped.includes(name) ? undefined : dropped.push(name)) };
  return (part) => {
    // `timestamp_granularities[]` is the field of that name.
    const name = part.name.replace(/\[\]$/, '');
    if (name === 'model') return [];
    if (name === 'providerOptions' && !isFormFile(part)) return options(part.value, target, drop);
    if (!refused.has(name)) return [Object.hasOwn(rename, name) ? { ...part, name: rename[name] ?? name } : part];
    drop.add(name);
    return [];
  };
}

async function* spelledAll(
  parts: AsyncIterable<FormPart>,
  spell: (part: FormPart) => FormPart[],
): AsyncGenerator<FormPart> {
  for await (const part of parts) yield* spell(part);
}

/** In a form they stand as JSON; lists become fields of one name with brackets, as OpenAI's own do. */
function options(value: string, target: Target, dropped: { add(name: string): unknown }): FormPart[] {
  const fields: FormPart[] = [];
  for (const group of optionsFor(parsedOr(value, undefined), [FORMAT, target.provider], false, dropped))
    for (const [name, option] of Object.entries(group))
      if (Array.isArray(option)) for (const item of option) fields.push({ name: `${name}[]`, value: written(item) });
      else fields.push({ name, value: written(option) });
  return fields;
}

const written = (value: unknown): string => text(value) ?? JSON.stringify(value);
