import { array, count, record } from '../shared/read.ts';
import { withRowFields } from '../shared/row-fields.ts';
import { embedList } from './embed-list.ts';

/** Embeddings of watsonx.ai. Sources: https://www.ibm.com/watsonx/developer/capabilities/embeddings, https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings */
export const watsonxEmbeddings = embedList({
  path: ({ row }) => row.paths?.embeddings ?? '/embeddings',
  request({ texts, dimensions, inputType }, target, { dropped }) {
    if (dimensions !== undefined) dropped.add('dimensions');
    if (inputType !== undefined) dropped.add('input_type');
    return withRowFields({ model: target.model, inputs: texts }, target.row);
  },
  answer(value) {
    const body = record(value);
    return {
      vectors: array(body?.results)?.map((result) => record(result)?.embedding),
      tokens: count(body?.input_token_count),
    };
  },
});
