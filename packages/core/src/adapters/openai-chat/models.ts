import type { ModelEntry } from '../adapter.ts';

/** A model. Source: https://platform.openai.com/docs/api-reference/models/object */
export function model(entry: ModelEntry): unknown {
  return { id: entry.id, object: 'model', created: entry.created, owned_by: entry.ownedBy };
}

/** The list of models. Source: https://platform.openai.com/docs/api-reference/models/list */
export function models(entries: readonly ModelEntry[]): unknown {
  return { object: 'list', data: entries.map(model) };
}
