import type { Fault } from '../../chat/fault.ts';
import type { Body, Fields } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { errorIn } from '../openai-chat/fault.ts';
import { namesAddresses } from '../openai-resources/references.ts';
import { PostCall } from '../post-call.ts';
import { isCarrier } from '../shared/carrier.ts';
import { Dropped } from '../shared/dropped.ts';
import { peekModel } from '../shared/operation-call.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { array, given, record } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { noResponse } from './fault.ts';
import { usageOf } from './usage.ts';
import { FORMAT } from './wire.ts';

/**
 * A conversation made shorter by its provider: the answer's items, one of them sealed, stand for it in later requests. Nobody else can read them, so this
 * is an operation of this format only. Source: https://platform.openai.com/docs/api-reference/responses/compact
 */
export const compact: OperationSide = { peek: (fields) => peekModel(fields), fetches, render, parse };

function fetches(fields: Fields): boolean {
  return namesAddresses(fields.get('input'));
}

/** The client's bytes with the model exchanged, and without reasoning that others sealed, which the provider would refuse. */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const fields = body.fields();
  const dropped = new Dropped();
  const changes = new Map<string, unknown>();
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  const own = ownItems(fields, dropped);
  if (own !== undefined) changes.set('input', own);
  if (fields.has('providerOptions')) {
    changes.set('providerOptions', undefined);
    for (const options of optionsFor(fields.get('providerOptions'), [FORMAT, target.provider], false, dropped))
      for (const [name, option] of Object.entries(options)) changes.set(name, option);
  }
  for (const name of target.row.drop ?? []) {
    if (!fields.has(name) && !changes.has(name)) continue;
    changes.set(name, undefined);
    dropped.add(name);
  }
  return new PostCall(
    target,
    false,
    {
      path: pathOf('compact', target),
      headers: headersFor(false),
      body: body.edit(changes, target.row.rename),
      memo: memoFor(exchange),
    },
    dropped.list,
  );
}

/** The items that may go; undefined when all of them may. */
function ownItems(fields: Fields, dropped: Dropped): readonly unknown[] | undefined {
  const items = array(fields.get('input')) ?? [];
  const own = items.filter((item) => !isCarrier(record(item)?.encrypted_content));
  if (own.length === items.length) return undefined;
  dropped.add('reasoning');
  return own;
}

/** Passes as it is. Source: https://platform.openai.com/docs/api-reference/responses/compacted-object */
function parse(value: unknown): OperationResult | Fault {
  const body = record(value);
  if (body !== undefined && !errorIn(body) && array(body.output) !== undefined)
    return { body, ...given('usage', usageOf(body)) };
  return (
    noResponse(value) ?? {
      kind: 'invalid-response',
      message: 'The provider answered without a compacted conversation.',
    }
  );
}
