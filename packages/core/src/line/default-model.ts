import type { DefaultModel } from '../config/types.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import { FormBody } from '../transport/form-body.ts';
import type { LineExchange } from './exchange.ts';

/**
 * A request that names no model asks for the alias that `defaults` has for its operation, and its client is told so. Without one it stays as it is, to be
 * refused. Nothing is filled in where the path names the model, or the provider.
 */
export function withDefaultModel(exchange: LineExchange, body: Body): Body {
  const { line } = exchange;
  const alias = defaultOf(exchange)?.model;
  if (alias === undefined) return body;
  const fields = body.fields();
  if (fields.has('model') && fields.get('model') !== null) return body;
  exchange.filled = [`model=${alias}`];
  return body.form === undefined
    ? bodyOf(body.edit(new Map([['model', alias]])), line.settings.body)
    : new FormBody([{ name: 'model', value: alias }, ...body.form], line.settings.body, body.more);
}

/** The default that the request has when its body names no model. */
export function defaultOf({ line, route }: LineExchange): Required<DefaultModel> | undefined {
  if (route.via !== undefined || route.parameters['model'] !== undefined) return undefined;
  return line.settings.defaults.get(route.operation);
}
