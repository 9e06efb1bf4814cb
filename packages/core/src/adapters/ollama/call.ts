import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { record } from '../shared/read.ts';
import { askedForm, type Form } from './form.ts';

/** What the reader of the answer needs to know of the request. */
export interface Memo {
  readonly form: Form;
  /** Unix seconds, and the client's name of the model: for lines that Postern writes into a passing stream. */
  readonly created: number;
  readonly model: string;
}

/** The memo of a call of this adapter. */
export function memoOf(call: UpstreamCall): Memo {
  const memo = record(call.memo);
  return {
    form: memo?.['form'] === 'generate' ? 'generate' : 'chat',
    created: typeof memo?.['created'] === 'number' ? memo['created'] : 0,
    model: typeof memo?.['model'] === 'string' ? memo['model'] : call.target.model,
  };
}

/** The memo of a call in this form. */
export const memoFor = (exchange: Exchange, form: Form): Memo => ({
  form,
  created: exchange.created,
  model: exchange.model,
});

/** The form of a passing request. */
export const passingForm = (exchange: Exchange): Form => askedForm(exchange.peek);

/** The path of an endpoint below the server's address: the row's own for chats, with `{model}` filled in, or the API's. */
export function pathOf(form: Form, target: Target): string {
  const own = form === 'chat' ? target.row.paths?.chat : undefined;
  return own === undefined ? `/api/${form}` : own.replaceAll('{model}', () => encodeURIComponent(target.model));
}

/** The headers of a call. Nothing of the client's request goes on. */
export function headersFor(stream: boolean): Record<string, string> {
  return { 'content-type': 'application/json', accept: stream ? 'application/x-ndjson' : 'application/json' };
}
