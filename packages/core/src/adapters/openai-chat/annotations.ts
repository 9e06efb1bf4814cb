import type { Annotation } from '../../chat/parts.ts';
import { count, given, type Json, record, records, strings, text } from '../shared/read.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** A citation of a message, as the API gives it. Source: https://platform.openai.com/docs/api-reference/chat/object (annotations) */
export function readAnnotation(value: Json): Annotation {
  const citation = record(value['url_citation']);
  const kept = { native: { [FORMAT]: value } };
  if (citation === undefined)
    return { kind: value['type'] === 'file' || value['type'] === 'file_citation' ? 'file' : 'other', ...kept };
  return {
    kind: 'url',
    ...given('url', text(citation['url'])),
    ...given('title', text(citation['title'])),
    ...given('text', text(citation['content'])),
    ...given('start', count(citation['start_index'])),
    ...given('end', count(citation['end_index'])),
    ...kept,
  };
}

/** The citation for a client; undefined when this format has no form for it. `offset` and `length` are those of its part in the whole text. */
export function annotationBody(annotation: Annotation, offset: number, length: number): Json | undefined {
  const original = nativeOf(annotation);
  if (annotation.kind !== 'url' || annotation.url === undefined)
    return Object.keys(original).length === 0 ? undefined : original;
  const citation = {
    ...record(original['url_citation']),
    start_index: offset + (annotation.start ?? 0),
    end_index: offset + (annotation.end ?? length),
    url: annotation.url,
    title: annotation.title ?? '',
  };
  return { ...original, type: 'url_citation', url_citation: citation };
}

/**
 * The sources that a search API names beside its answer, as citations of the whole text.
 * Source: https://docs.perplexity.ai/api-reference/chat-completions-post (search_results, citations)
 */
export function sourcesOf(answer: Json): Annotation[] {
  const found = records(answer['search_results']).flatMap((entry) => source(text(entry['url']), text(entry['title'])));
  return found.length > 0 ? found : (strings(answer['citations']) ?? []).flatMap((url) => source(url, undefined));
}

function source(url: string | undefined, title: string | undefined): Annotation[] {
  return url === undefined ? [] : [{ kind: 'url', url, ...given('title', title) }];
}
