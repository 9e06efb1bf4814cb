import type { Body, FormPart } from '../../transport/body.ts';
import { isFormFile } from '../../transport/body.ts';
import { multipartSource, multipartType } from '../../transport/multipart-write.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { text } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { droppedBy, type OperationCall } from './operation-call.ts';
import { FORMAT } from './wire.ts';

/** The call of an operation with files: a form again, whose files are read from where they wait while it is sent. */
export function formCall(body: Body, target: Target, exchange: Exchange, what: OperationCall): UpstreamCall {
  const dropped = new Dropped();
  const boundary = exchange.newId('postern-');
  const parts = [{ name: 'model', value: target.model }, ...spelled(body.form ?? [], target, what, dropped)];
  return {
    method: 'POST',
    path: pathOf(what.operation, target),
    headers: {
      ...headersFor(what.stream),
      'content-type': multipartType(boundary),
      ...(what.accept === undefined ? {} : { accept: what.accept }),
    },
    body: multipartSource(parts, boundary),
    stream: what.stream,
    target,
    dropped: dropped.list,
    inserted: [],
    memo: what.memo ?? memoFor(exchange),
  };
}

/** The parts as the row's API spells them; the model is not among them. */
function spelled(parts: readonly FormPart[], target: Target, what: OperationCall, dropped: Dropped): FormPart[] {
  const refused = new Set(droppedBy(target, what.operation));
  const rename = target.row.rename ?? {};
  const kept: FormPart[] = [];
  for (const part of parts) {
    // `timestamp_granularities[]` is the field of that name.
    const name = part.name.replace(/\[\]$/, '');
    if (name === 'model') continue;
    if (refused.has(name)) dropped.add(name);
    else if (name === 'providerOptions' && !isFormFile(part)) kept.push(...options(part.value, target, dropped));
    else kept.push(Object.hasOwn(rename, name) ? { ...part, name: rename[name] ?? name } : part);
  }
  return kept;
}

/** In a form they stand as JSON; lists become fields of one name with brackets, as OpenAI's own do. */
function options(value: string, target: Target, dropped: Dropped): FormPart[] {
  const fields: FormPart[] = [];
  for (const group of optionsFor(parsed(value), [FORMAT, target.provider], false, dropped))
    for (const [name, option] of Object.entries(group))
      if (Array.isArray(option)) for (const item of option) fields.push({ name: `${name}[]`, value: written(item) });
      else fields.push({ name, value: written(option) });
  return fields;
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const written = (value: unknown): string => text(value) ?? JSON.stringify(value);
