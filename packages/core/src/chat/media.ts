import type { MediaPart, Part } from './parts.ts';
import type { ChatRequest, Message } from './request.ts';

/** Is the part media: does it hold a source? */
export function isMedia(part: Part): part is MediaPart {
  return part.type === 'image' || part.type === 'audio' || part.type === 'video' || part.type === 'file';
}

/** A medium and where it stands in the request. */
export interface PlacedMedia {
  readonly part: MediaPart;
  readonly role: Message['role'];
  /** Such as `messages.2.content.0`. */
  readonly path: string;
}

/** The media of a conversation in their order, those inside tool results too. */
export function mediaOf(messages: readonly Message[]): PlacedMedia[] {
  return messages.flatMap(({ role, content }, at) => placed(content, role, `messages.${at}`));
}

function placed(parts: readonly Part[], role: Message['role'], path: string): PlacedMedia[] {
  return parts.flatMap((part, at) => {
    const here = `${path}.content.${at}`;
    if (isMedia(part)) return [{ part, role, path: here }];
    return part.type === 'tool-result' ? placed(part.content, role, here) : [];
  });
}

/** The request with other media in the place of some: those that `instead` holds. */
export function replaceMedia(request: ChatRequest, instead: ReadonlyMap<MediaPart, MediaPart>): ChatRequest {
  const replaced = <Any extends Part>(part: Any): Any =>
    isMedia(part) ? ((instead.get(part) as Any | undefined) ?? part) : part;
  const inside = (part: Part): Part =>
    part.type === 'tool-result' ? { ...part, content: part.content.map(replaced) } : replaced(part);
  return {
    ...request,
    messages: request.messages.map((message) => ({ ...message, content: message.content.map(inside) })),
  };
}
