import type { AudioPart, ImagePart } from '../../chat/parts.ts';
import { dataUri } from '../shared/data-uri.ts';
import type { Json } from '../shared/read.ts';

/** An image of an answer in the form that compatible APIs gave it. Source: https://openrouter.ai/docs/features/multimodal/image-generation */
export function imageBody(part: ImagePart): Json | undefined {
  const { source } = part;
  if (source.kind === 'file') return undefined;
  return {
    type: 'image_url',
    image_url: { url: source.kind === 'url' ? source.url : dataUri(source.mediaType, source.data) },
  };
}

/** The audio of an answer. `id` names it in later turns; a provider without such ids gets `freshId`, already expired at `created`. */
export function audioBody(part: AudioPart, freshId: () => string, created: number): Json {
  return {
    id: part.id ?? freshId(),
    expires_at: part.expiresAt ?? created,
    data: part.source.kind === 'base64' ? part.source.data : '',
    transcript: part.transcript ?? '',
  };
}
