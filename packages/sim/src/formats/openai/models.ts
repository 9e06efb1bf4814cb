/** The list of models. Source: openai-openapi `ListModelsResponse`, `Model`. */
export function openAiModels(models: readonly string[], created: number): unknown {
  return { object: 'list', data: models.map((id) => ({ id, object: 'model', created, owned_by: 'postern-sim' })) };
}
