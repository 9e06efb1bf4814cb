import { asNumber, asObject } from '../../kit/json.ts';
import { vector } from '../../kit/vectors.ts';
import type { Saying } from '../format.ts';
import { DIMENSIONS } from '../openai/embeddings.ts';
import { textsOf } from './read.ts';

/** The list of models. Source: https://docs.ollama.com/api/tags */
export function ollamaModels(models: readonly string[], created: number): unknown {
  return {
    models: models.map((name) => ({
      name,
      model: name,
      modified_at: new Date(created * 1000).toISOString(),
      size: 3_338_801_804,
      digest: 'a2af6cc3eb7fa8be8504abaf9b04e88f17a119ec3f04a3addf55f92841195f5a',
      details: {
        parent_model: '',
        format: 'gguf',
        family: 'sim',
        families: ['sim'],
        parameter_size: '4.3B',
        quantization_level: 'Q4_K_M',
      },
    })),
  };
}

/** An answer of `/api/embed`. Source: https://docs.ollama.com/api/embed */
export function ollamaEmbeddings(saying: Saying): unknown {
  const body = asObject(saying.received.body) ?? {};
  const length = asNumber(body.dimensions) ?? DIMENSIONS;
  return {
    model: saying.ask.model,
    embeddings: textsOf(body.input).map((text) => vector(length, saying.seed, text)),
    total_duration: 14_143_917,
    load_duration: 1_019_500,
    ...(saying.usage === undefined ? {} : { prompt_eval_count: saying.ask.promptTokens }),
  };
}
