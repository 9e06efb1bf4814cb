import { ADAPTERS } from '../adapters/index.ts';
import type { MediaSource, Part } from '../chat/parts.ts';
import type { ChatRequest, Message } from '../chat/request.ts';

/** Of a format, by whatever name a request gives it; undefined for one that there is not. */
const dialsOutOf = (format: string) =>
  Object.hasOwn(ADAPTERS, format) ? ADAPTERS[format as keyof typeof ADAPTERS].dialsOut : undefined;
const ALL = Object.values(ADAPTERS).map(({ dialsOut }) => dialsOut);

type Found = string | undefined;

/** The first place in a list for which there is one. */
function first<Item>(list: readonly Item[], find: (item: Item, index: number) => Found): Found {
  for (const [index, item] of list.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Where the request has the provider fetch what its client names by address: media by URL, also inside tool results; parts, tools and fields of one
 * format that do the same. Undefined: nowhere.
 */
export function remoteMediaIn(chat: ChatRequest): Found {
  return (
    first(chat.messages, (message, at) => inMessage(message, `messages.${at}`)) ??
    first(chat.tools ?? [], (tool, at) =>
      tool.type === 'server' && dialsOutOf(tool.format)?.fetches('tool', tool.value) === true
        ? `tools.${at}`
        : undefined,
    ) ??
    first(Object.entries(chat.extensions ?? {}), ([format, fields]) =>
      first(Object.entries(fields), ([name, value]) =>
        dialsOutOf(format)?.fetches('field', value) === true ? name : undefined,
      ),
    ) ??
    // Groups are named by format or by provider, so each could be any format's.
    first(Object.entries(chat.providerOptions ?? {}), ([group, options]) =>
      ALL.some(({ fetches }) => fetches('field', options)) ? `providerOptions.${group}` : undefined,
    )
  );
}

function inMessage({ role, content, native }: Message, path: string): Found {
  // What a model's message carries besides its parts, such as citations, it only tells.
  if (role !== 'assistant' && isForeign(native)) return path;
  return inParts(content, path);
}

const inParts = (parts: readonly Part[], path: string): Found =>
  first(parts, (part, at) => inPart(part, `${path}.content.${at}`));

function inPart(part: Part, path: string): Found {
  if (part.type === 'tool-result') return isForeign(part.native) ? path : inParts(part.content, path);
  if ('source' in part && (part.source as MediaSource).kind === 'url') return path;
  const fetches = part.type === 'native' && dialsOutOf(part.format)?.fetches('part', part.value) === true;
  return fetches || isForeign(part.native) ? path : undefined;
}

/** Fields that the chat model has no name for. */
const isForeign = (native: Part['native']): boolean =>
  Object.entries(native ?? {}).some(([format, fields]) => dialsOutOf(format)?.fetches('part', fields) === true);

/** Does a canonical request have the provider call servers that it names? Of requests in a wire format `peek` tells. */
export function namesServers({ tools = [], extensions = {}, providerOptions }: ChatRequest): boolean {
  return Object.entries(ADAPTERS).some(([format, { dialsOut }]) => {
    const own = tools.flatMap((tool) => (tool.type === 'server' && tool.format === format ? [tool.value] : []));
    const fields = new Map<string, unknown>(Object.entries(extensions[format] ?? {}));
    if (own.length > 0) fields.set('tools', own);
    if (providerOptions !== undefined) fields.set('providerOptions', providerOptions);
    return dialsOut.callsServers(fields);
  });
}
