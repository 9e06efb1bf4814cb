import type { Annotation } from '../../chat/parts.ts';
import { count, given, type Json, text } from '../shared/read.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** A citation of a text, as the API gives it. Source: https://platform.openai.com/docs/api-reference/responses/object (annotations of output_text) */
export function readAnnotation(value: Json): Annotation {
  const kept = { native: { [FORMAT]: value } };
  if (value.type !== 'url_citation') return { kind: isFile(value.type) ? 'file' : 'other', ...kept };
  return {
    kind: 'url',
    ...given('url', text(value.url)),
    ...given('title', text(value.title)),
    ...given('start', count(value.start_index)),
    ...given('end', count(value.end_index)),
    ...kept,
  };
}

const isFile = (type: unknown): boolean =>
  typeof type === 'string' && /^(?:container_)?file_(?:citation|path)$/.test(type);

/** The citation for a client; undefined when this format has no form for it. `length`: of the text that it stands in. */
export function annotationBody(annotation: Annotation, length: number): Json | undefined {
  const original = nativeOf(annotation);
  if (annotation.kind !== 'url' || annotation.url === undefined)
    return Object.keys(original).length === 0 ? undefined : original;
  return {
    ...original,
    type: 'url_citation',
    start_index: annotation.start ?? 0,
    end_index: annotation.end ?? length,
    url: annotation.url,
    title: annotation.title ?? '',
  };
}
