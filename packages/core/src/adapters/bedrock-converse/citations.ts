import type { Annotation } from '../../chat/parts.ts';
import { CARRIER } from '../shared/carrier.ts';
import { type Json, records, string } from '../shared/read.ts';
import { FORMAT, isObject, memberOf, nativeFields } from './wire.ts';

/** Marks a citation that we made of another provider's, so that it is not sent to this one as its own. */
const FOREIGN_SOURCE = `${CARRIER}citation`;

/** A citation of an answer. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html */
export function readCitation(citation: Json): Annotation {
  const location = isObject(citation.location) ? memberOf(citation.location) : undefined;
  const url = location?.[0] === 'web' && isObject(location[1]) ? string(location[1].url) : undefined;
  const title = string(citation.title);
  const texts = records(citation.sourceContent).flatMap((piece) =>
    typeof piece.text === 'string' ? [piece.text] : [],
  );
  return {
    kind: url === undefined ? 'document' : 'url',
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(texts.length === 0 ? {} : { text: texts.join('') }),
    native: { [FORMAT]: citation },
  };
}

/** An annotation as this vendor wrote it; undefined when it comes from elsewhere. */
export function ownCitation(annotation: Annotation): Json | undefined {
  return annotation.native?.[FORMAT] === undefined ? undefined : nativeFields(annotation.native);
}

/** Is this a citation that we made for a client? */
export const isForeignCitation = (citation: unknown): boolean =>
  isObject(citation) && citation.source === FOREIGN_SOURCE;

/** Any annotation in the form that clients of this format read; undefined when it names no page. */
export function writeCitation(annotation: Annotation): Json | undefined {
  const own = ownCitation(annotation);
  if (own !== undefined) return own;
  const { url, title, text } = annotation;
  if (url === undefined) return undefined;
  return {
    ...(title === undefined ? {} : { title }),
    source: FOREIGN_SOURCE,
    ...(text === undefined ? {} : { sourceContent: [{ text }] }),
    location: { web: { url } },
  };
}
