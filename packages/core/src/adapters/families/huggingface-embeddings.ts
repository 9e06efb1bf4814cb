import { array } from '../shared/read.ts';
import { embedList } from './embed-list.ts';

/**
 * Embeddings by Hugging Face's own inference: a path for each model and task, beside that of chats, and vectors without anything around them.
 * Sources: https://huggingface.co/docs/inference-providers/tasks/feature-extraction, https://huggingface.co/docs/inference-providers/providers/hf-inference
 */
export const huggingfaceEmbeddings = embedList({
  path: ({ model }) =>
    `/hf-inference/models/${model.split('/').map(encodeURIComponent).join('/')}/pipeline/feature-extraction`,
  wholePath: true,
  request({ texts, dimensions, inputType }, _target, { dropped }) {
    if (dimensions !== undefined) dropped.add('dimensions');
    if (inputType !== undefined) dropped.add('input_type');
    return { inputs: texts };
  },
  answer: (value) => ({ vectors: array(value), tokens: undefined }),
});
