import type { MediaSource, Part } from '../chat/parts.ts';
import { matchesName } from '../config/patterns.ts';
import { AccessError } from '../kit/errors.ts';
import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';

/** authorise: may this caller use this model and these features? Throws AccessError `forbidden`. */
export function authorise(exchange: LineExchange): void {
  const { caller, peek, line } = exchange;
  if (caller?.models !== undefined && !matchesName(caller.models, peek.model)) {
    throw new AccessError('forbidden', `This caller may not use the model '${peek.model.slice(0, 200)}'.`, {
      param: 'model',
    });
  }
  if (peek.remoteTools === true && !line.settings.features.remoteTools) {
    throw new AccessError('forbidden', 'Remote tool servers are not enabled on this gateway.', { param: 'tools' });
  }
  if (!line.settings.features.remoteMedia && exchange.route.operation !== 'embeddings') refuseRemoteMedia(exchange);
}

function refuseRemoteMedia(exchange: LineExchange): void {
  chatOf(exchange).messages.forEach((message, index) => {
    if (message.content.some(isRemote)) {
      throw new AccessError('forbidden', 'Media by URL is not enabled on this gateway.', {
        param: `messages.${index}`,
      });
    }
  });
}

function isRemote(part: Part): boolean {
  if (part.type === 'tool-result') return part.content.some(isRemote);
  return 'source' in part && (part.source as MediaSource).kind === 'url';
}
