import type { Fault } from '../../chat/fault.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { Again, Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { peekModel } from '../shared/operation-peek.ts';
import { type Json, record } from '../shared/read.ts';
import { type AskedEmbeddings, embeddingsAnswer, readEmbeddings } from '../shared/vectors.ts';

/** An API that embeds one text a call. */
interface OneText {
  /** Relative to baseUrl. */
  path(target: Target): string;
  /** The body for one text. Members that it can't express are added to `dropped`. */
  request(text: string, asked: AskedEmbeddings, dropped: Dropped): Json;
  /** The vector of an answer, and its tokens where they are told. */
  answer(body: Json): { readonly vector: unknown; readonly tokens: number | undefined };
}

const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'input_type', 'dimensions', 'encoding_format']);

/** As many as the canonical form allows: each costs a call. Source: https://platform.openai.com/docs/api-reference/embeddings/create (input) */
const MOST = 2048;

/** What the later calls of one request need to know. */
interface Memo {
  readonly base64: boolean;
  /** Texts, in their order, of which the first `vectors.length` are done. */
  readonly texts: readonly string[];
  readonly vectors: readonly unknown[];
  /** undefined as soon as one answer tells none. */
  readonly tokens: number | undefined;
  next(memo: Memo): UpstreamCall;
}

/**
 * Embeddings of an API that takes one text a call: those of a list are asked for one behind the other, in the same attempt. One that fails is the whole
 * request's fault. Throws RequestError `invalid_request` for more texts than the canonical form allows.
 */
export const embedEach = (api: OneText): OperationSide => ({
  peek: peekModel,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    const fields = body.fields();
    const asked = readEmbeddings(fields);
    if (asked.texts.length > MOST)
      throw new RequestError('invalid_request', `'input' must hold ${MOST} texts or fewer.`, { param: 'input' });
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const next = (memo: Memo): UpstreamCall => {
      const wire = api.request(memo.texts[memo.vectors.length] ?? '', asked, dropped);
      return operationCall(wire, fields, { path: api.path(target), target, memo }, dropped);
    };
    return next({ base64: asked.base64, texts: asked.texts, vectors: [], tokens: 0, next });
  },
  parse(value: unknown, call: UpstreamCall): OperationResult | Fault | Again {
    const memo = call.memo as Memo;
    const { vector, tokens } = api.answer(record(value) ?? {});
    if (vector === undefined)
      return { kind: 'invalid-response', message: 'The provider answered without an embedding.' };
    const sum = tokens === undefined || memo.tokens === undefined ? undefined : memo.tokens + tokens;
    const vectors = [...memo.vectors, vector];
    if (vectors.length < memo.texts.length) return { again: memo.next({ ...memo, vectors, tokens: sum }), afterMs: 0 };
    return embeddingsAnswer(vectors, { model: call.target.model, base64: memo.base64, tokens: sum });
  },
});
