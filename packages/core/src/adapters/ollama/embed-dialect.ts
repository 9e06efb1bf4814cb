import { RequestError } from '../../kit/errors.ts';
import type { Inbound, OperationDialect } from '../adapter.ts';
import { count, given, type Json, record, records } from '../shared/read.ts';
import { FORMAT } from './wire.ts';

/** Members that only this API has: they go to it as its options, and are reported elsewhere. */
const OWN = ['truncate', 'options', 'keep_alive'] as const;

/** The older endpoint embeds one text, under another name. */
const isOlder = ({ path }: Inbound): boolean => path['form'] === 'embeddings';

/**
 * How Ollama's clients ask for embeddings, and are told of them.
 * Sources: https://docs.ollama.com/api/embed, https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embedding (`/api/embeddings`)
 */
export const embedDialect: OperationDialect = {
  request(value, inbound) {
    const body = record(value);
    const input = body?.[isOlder(inbound) ? 'prompt' : 'input'];
    if (body === undefined || input === undefined) {
      const param = isOlder(inbound) ? 'prompt' : 'input';
      throw new RequestError('invalid_request', `'${param}' must be what is to be embedded.`, { param });
    }
    const own = OWN.flatMap((name) => (body[name] === undefined || body[name] === null ? [] : [[name, body[name]]]));
    const rest = Object.entries(body).filter(([name]) => name !== 'prompt' && !OWN.some((other) => other === name));
    return { ...Object.fromEntries(rest), input, ...options(record(body['providerOptions']), Object.fromEntries(own)) };
  },
  answer(value, _asked, exchange, inbound) {
    const body = record(value);
    const vectors = records(body?.['data']).map(({ embedding }) => embedding);
    if (isOlder(inbound)) return { body: { embedding: vectors[0] ?? [] }, dropped: [] };
    const tokens = count(record(body?.['usage'])?.['prompt_tokens']);
    const answer = { model: exchange.model, embeddings: vectors, ...given('prompt_eval_count', tokens) };
    return { body: answer, dropped: [] };
  },
};

/** What the client says of this format's options besides wins. */
function options(given: Json | undefined, own: Json): Json {
  if (Object.keys(own).length === 0) return given === undefined ? {} : { providerOptions: given };
  return { providerOptions: { ...given, [FORMAT]: { ...own, ...record(given?.[FORMAT]) } } };
}
