import type { Fault } from '../../chat/fault.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { peekModel } from '../shared/operation-peek.ts';
import type { Json } from '../shared/read.ts';
import { type AskedEmbeddings, embeddingsAnswer, readEmbeddings } from '../shared/vectors.ts';

/** An API that embeds a list of texts in one call, and answers with a list of vectors in their order. */
interface ListOfTexts {
  path(target: Target): string;
  /** The path is the whole one at the host, beside the row's baseUrl. */
  readonly wholePath?: true;
  /** Members that it can't express are added to `dropped`; what it requires and was not given to `inserted`. */
  request(asked: AskedEmbeddings, target: Target, notes: { dropped: Dropped; inserted: string[] }): Json;
  /** undefined instead of vectors: there are none. */
  answer(value: unknown): { readonly vectors: readonly unknown[] | undefined; readonly tokens: number | undefined };
}

const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'input_type', 'dimensions', 'encoding_format']);

/** Embeddings of an API with a form of its own for a list of texts. */
export const embedList = (api: ListOfTexts): OperationSide => ({
  peek: peekModel,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    const fields = body.fields();
    const asked = readEmbeddings(fields);
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const inserted: string[] = [];
    const wire = api.request(asked, target, { dropped, inserted });
    const memo = { base64: asked.base64, count: asked.texts.length };
    const call = operationCall(wire, fields, { path: api.path(target), target, memo, inserted }, dropped);
    return api.wholePath === undefined ? call : { ...call, wholePath: api.wholePath };
  },
  parse(value: unknown, call: UpstreamCall): OperationResult | Fault {
    const { vectors, tokens } = api.answer(value);
    const { base64, count } = call.memo as { base64: boolean; count: number };
    if (vectors?.length !== count)
      return { kind: 'invalid-response', message: 'The provider answered without an embedding for each text.' };
    return embeddingsAnswer(vectors, { model: call.target.model, base64, tokens });
  },
});
