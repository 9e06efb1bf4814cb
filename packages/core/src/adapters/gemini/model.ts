import { RequestError } from '../../kit/errors.ts';

const COLLECTIONS = /^(?:models|tunedModels|publishers|projects)\//;

/** The name without `models/`; other collections stay, since there the collection is part of the identity. */
export const bareModel = (model: string): string => (model.startsWith('models/') ? model.slice(7) : model);

/** The resource name of a model: `models/x`, or as given when it names a collection itself (`tunedModels/x`). */
export const resourceName = (model: string): string => (COLLECTIONS.test(model) ? model : `models/${model}`);

function segment(text: string): string {
  if (text === '.' || text === '..' || text === '')
    throw new RequestError('model_not_found', 'The name of the model is not a valid resource name.', {
      param: 'model',
    });
  return encodeURIComponent(text);
}

/** The resource name as it stands in a URL path. Throws RequestError `model_not_found` on a name that would change the path. */
export function modelPath(model: string): string {
  const name = resourceName(model);
  if (!COLLECTIONS.test(model)) return `models/${segment(model)}`;
  return name.split('/').map(segment).join('/');
}

/** The major version of a Gemini model, such as 2.5 or 3; undefined for other families and for names that tell none. */
export function generation(model: string): number | undefined {
  const found = /(?:^|\/)gemini-(\d+(?:\.\d+)?)/.exec(model);
  if (found !== null) return Number(found[1]);
  // Aliases such as `gemini-flash-latest` follow the newest release.
  return /(?:^|\/)gemini-[a-z-]*latest$/.test(model) ? 3 : undefined;
}

/** Gemini 3 and later: thinking levels, signatures required on function calls, media inside function responses. */
export const isGemini3 = (model: string): boolean => (generation(model) ?? 0) >= 3;

/**
 * Models before 2.5 know neither thinking nor media by public URL; other families (gemma …) likewise.
 * Sources: https://ai.google.dev/gemini-api/docs/thinking, https://ai.google.dev/gemini-api/docs/file-input-methods
 */
export const isBefore25 = (model: string): boolean => {
  const version = generation(model);
  return version === undefined ? /(?:^|\/)(?:gemma|learnlm)-/.test(model) : version < 2.5;
};
