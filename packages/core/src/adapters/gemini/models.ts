import type { ModelEntry } from '../adapter.ts';
import type { Wire } from './wire.ts';

/** A model as the API lists it. Source: https://ai.google.dev/api/models#Model */
export function renderModel(model: ModelEntry): Wire {
  return {
    name: `models/${model.id}`,
    version: '',
    displayName: model.id,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  };
}

/** The list of models. */
export const renderModels = (models: readonly ModelEntry[]): Wire => ({ models: models.map(renderModel) });
