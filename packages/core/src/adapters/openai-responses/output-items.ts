import type {
  ImagePart,
  Part,
  PartBase,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
} from '../../chat/parts.ts';
import type { Choice, TokenLogprob } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { type Cargo, cargoOf, pack } from '../shared/carrier.ts';
import type { Dropped } from '../shared/dropped.ts';
import { given, type Json, record } from '../shared/read.ts';
import { annotationBody } from './annotations.ts';
import { kept } from './content-write.ts';
import { reasoningBody, sameItem } from './items-write.ts';
import type { Ending } from './stop.ts';
import { FORMAT, itemId, nativeOf } from './wire.ts';

/** How far an item is. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** The item around texts and refusals, whose first part is given. */
export const messageItem = (first: Part, id: string, status: ItemStatus, content: readonly Json[]): Json => ({
  type: 'message',
  id,
  ...record(nativeOf(first).message),
  role: 'assistant',
  status,
  content,
});

/** A text or refusal as an entry of its message's content. `lost` is called for a citation that this format has no form for. */
export function saidEntry(
  part: TextPart | RefusalPart,
  logprobs: readonly TokenLogprob[],
  lost: (name: string) => void,
): Json {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  const annotations = (part.annotations ?? []).flatMap((annotation) => {
    const body = annotationBody(annotation, part.text.length);
    if (body === undefined) lost(`annotation.${annotation.kind}`);
    return body ?? [];
  });
  return { ...kept(part), type: 'output_text', text: part.text, annotations, logprobs };
}

/** A call for the client. */
export function callItem(part: ToolCallPart, id: string, status: ItemStatus): Json {
  const named = { call_id: part.callId, name: part.name };
  return part.custom === true
    ? { ...nativeOf(part), type: 'custom_tool_call', id, status, ...named, input: part.input }
    : { ...nativeOf(part), type: 'function_call', id, status, ...named, arguments: part.input };
}

/** Ids of call items by the kind of the tool. */
export const callPrefix = (part: ToolCallPart): string => (part.custom === true ? 'ctc_' : 'fc_');

const isOfFormat = (part: PartBase): boolean => part.origin?.format === FORMAT;

/**
 * What a reasoning item needs besides its words: its own vendor's encrypted content, or a carrier that holds another vendor's block and says whose it
 * is, so that it can be restored when the client sends the item back.
 */
function encryptedContent(part: ReasoningPart): Json {
  if (isOfFormat(part)) return given('encrypted_content', part.encrypted);
  return { encrypted_content: pack(cargoOf(part)) };
}

/** Is there anything of the part to show or to restore? */
export const hasReasoning = (part: ReasoningPart): boolean =>
  part.text !== '' || part.encrypted !== undefined || part.signature !== undefined || isOfFormat(part);

export const reasoningItem = (part: ReasoningPart, id: string): Json => ({
  type: 'reasoning',
  id,
  ...reasoningBody(part),
  ...encryptedContent(part),
});

/** The signature of a part that is no reasoning, in a reasoning item of its own behind the part. */
export function signatureItem(part: Part & { signature?: string }, exchange: Exchange): Json | undefined {
  if (part.signature === undefined) return undefined;
  const { signature, origin } = part;
  const cargo: Cargo = { signature, ...given('origin', origin) };
  if (part.type === 'tool-call') cargo.callId = part.callId;
  else cargo.text = part.type === 'text' && part.text === '' ? 'empty' : 'previous';
  return { type: 'reasoning', id: exchange.newId('rs_'), summary: [], encrypted_content: pack(cargo) };
}

/** A generated image as the item of the tool that makes images. Source: https://platform.openai.com/docs/guides/image-generation?api=responses */
export function imageItem(part: ImagePart, id: string): Json | undefined {
  const { source } = part;
  if (source.kind !== 'base64') return undefined;
  const format = source.mediaType.replace('image/', '');
  return {
    ...(format === 'png' ? {} : { output_format: format }),
    ...nativeOf(part),
    type: 'image_generation_call',
    id,
    status: 'completed',
    result: source.data,
  };
}

/** An item that only this format has, as it came; undefined for what is none. */
export function ownItem(part: Part): Json | undefined {
  if (part.type === 'native') return part.format === FORMAT ? record(part.value) : undefined;
  const item = part.type === 'server-tool-call' ? nativeOf(part) : {};
  return typeof item.type === 'string' ? item : undefined;
}

/** What to call a part that can't be expressed. */
export const partName = (part: Part): string => ('name' in part && part.name !== undefined ? part.name : part.type);

/** The output of a whole answer, in its order. */
export function outputItems(choice: Choice, ending: Ending, exchange: Exchange, dropped: Dropped): Json[] {
  const items: Json[] = [];
  const lost = (name: string): void => dropped.add(name);
  let open: { first: Part; content: Json[] } | undefined;
  let logprobs = choice.logprobs?.content ?? [];
  if (choice.logprobs?.refusal !== undefined) lost('logprobs.refusal');
  for (const [at, part] of choice.content.entries()) {
    // What was cut is the last item.
    const status = ending.status === 'incomplete' && at === choice.content.length - 1 ? 'incomplete' : 'completed';
    if (part.type === 'text' || part.type === 'refusal') {
      if (part.text !== '' || (part.annotations ?? []).length > 0) {
        const entry = saidEntry(part, part.type === 'text' ? logprobs : [], lost);
        if (part.type === 'text') logprobs = [];
        if (open !== undefined && sameItem(open.first, part)) open.content.push(entry);
        else {
          open = { first: part, content: [entry] };
          items.push(messageItem(part, itemId('msg_', part.id, exchange), status, open.content));
        }
        if (status === 'incomplete') Object.assign(items.at(-1) ?? {}, { status });
      }
    } else {
      open = undefined;
      const item = otherItem(part, status, exchange);
      if (item !== undefined) items.push(item);
      else if (part.type !== 'reasoning') lost(`content.${at} (${partName(part)})`);
    }
    const seal = part.type === 'reasoning' ? undefined : signatureItem(part, exchange);
    if (seal === undefined) continue;
    items.push(seal);
    open = undefined;
  }
  return items;
}

function otherItem(part: Part, status: ItemStatus, exchange: Exchange): Json | undefined {
  switch (part.type) {
    case 'reasoning':
      return hasReasoning(part) ? reasoningItem(part, itemId('rs_', part.id, exchange)) : undefined;
    case 'tool-call':
      return callItem(part, itemId(callPrefix(part), part.id, exchange), status);
    case 'image':
      return imageItem(part, itemId('ig_', part.id, exchange));
    default:
      return ownItem(part);
  }
}
