import type { Body } from '../../transport/body.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { Dropped } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { headersFor, memoFor, type PathName, pathOf } from './call.ts';
import { FORMAT } from './wire.ts';

/** What an operation's call is besides its body. */
export interface CanonicalCall {
  readonly operation: PathName;
  /** Is the answer one that comes piece by piece? */
  readonly stream: boolean;
  /** Default: `application/json`, or `text/event-stream` for a stream. */
  readonly accept?: string;
  /** Members that belong to other APIs, which this one refuses. */
  readonly foreign?: readonly string[];
  /** What the reader of the answer needs to know. Default: that of every call. */
  readonly memo?: unknown;
}

/**
 * The call of a JSON operation whose form is the canonical one, which is this format's own: the client's bytes, with the model exchanged and the row's
 * spelling. A form that makes a body of its own calls by `operationCall` of shared/.
 */
export function canonicalCall(body: Body, target: Target, exchange: Exchange, what: CanonicalCall): UpstreamCall {
  const dropped = new Dropped();
  const usual = headersFor(what.stream);
  const headers = what.accept === undefined ? usual : { ...usual, accept: what.accept };
  return new PostCall(
    target,
    what.stream,
    {
      path: pathOf(what.operation, target),
      headers,
      body: spelled(body, target, what, dropped),
      memo: what.memo ?? memoFor(exchange),
    },
    dropped.list,
  );
}

function spelled(body: Body, target: Target, { operation, foreign = [] }: CanonicalCall, dropped: Dropped): Uint8Array {
  const fields = body.fields();
  const changes = new Map<string, unknown>();
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  if (fields.has('providerOptions')) providerOptions(fields.get('providerOptions'), target.provider, changes, dropped);
  for (const name of foreign) {
    // What the client names for this very provider it means.
    if (!fields.has(name) || changes.has(name)) continue;
    changes.set(name, undefined);
    dropped.add(name);
  }
  for (const name of droppedBy(target, operation)) {
    if (!fields.has(name) && changes.get(name) === undefined) continue;
    changes.set(name, undefined);
    dropped.add(name);
  }
  const { rename } = target.row;
  return body.edit(changes, rename);
}

/** The fields that the row's API refuses: everywhere, and in this operation. */
export function droppedBy({ row }: Target, operation: PathName): readonly string[] {
  return [...(row.drop ?? []), ...(row.dropFrom?.[operation] ?? [])];
}

/** Options for this format, then those for this very provider; the model and the input are not theirs to choose. */
function providerOptions(value: unknown, provider: string, changes: Map<string, unknown>, dropped: Dropped): void {
  changes.set('providerOptions', undefined);
  for (const options of optionsFor(value, [FORMAT, provider], false, dropped))
    for (const [name, option] of Object.entries(options)) changes.set(name, option);
}
