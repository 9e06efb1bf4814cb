import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { type Json, record } from '../shared/read.ts';
import { BETA_HEADER, betaHeaders, readBetas } from './betas.ts';
import { CARRIER, isCarrier } from './carrier.ts';
import { isForeignCitation } from './citations.ts';
import { chatPath } from './client-render.ts';
import { contains } from './scan.ts';
import { isObject } from './wire.ts';

const MARK = new TextEncoder().encode(`"${CARRIER}`);

const carries = (block: unknown): boolean => isObject(block) && (isCarrier(block.signature) || isCarrier(block.data));

function withoutCitations(block: unknown): unknown {
  if (!isObject(block) || !Array.isArray(block.citations) || !block.citations.some(isForeignCitation)) return block;
  return { ...block, citations: block.citations.filter((citation) => !isForeignCitation(citation)) };
}

/** Another provider's reasoning, which an earlier turn left with the client: the vendor would refuse its signature. */
function withoutCarriers(messages: readonly unknown[]): unknown[] {
  return messages.flatMap((message) => {
    const fields = record(message);
    if (fields === undefined || !Array.isArray(fields.content)) return [message];
    const content = fields.content.filter((block) => !carries(block)).map(withoutCitations);
    return content.length === 0 && fields.content.length > 0 ? [] : [{ ...fields, content } satisfies Json];
  });
}

/** The SDK asks for its beta surface with `?beta=true`. */
function pathOf(inbound: Inbound, target: Target): string {
  const path = chatPath(target);
  return inbound.query.get('beta') === 'true' && target.row.paths?.chat === undefined ? `${path}?beta=true` : path;
}

/**
 * Pass-through: the client's bytes with the model exchanged, and of its headers only the betas.
 * Blocks that carry another provider's reasoning are taken out and reported.
 */
export function forward(raw: Body, inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const fields = raw.fields();
  const changes = new Map<string, unknown>();
  const dropped: string[] = [];
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  if (contains(raw.bytes(), MARK)) {
    const messages = fields.get('messages');
    if (Array.isArray(messages)) {
      changes.set('messages', withoutCarriers(messages));
      dropped.push('reasoning');
    }
  }
  for (const name of target.row.drop ?? []) {
    if (!fields.has(name)) continue;
    changes.set(name, undefined);
    dropped.push(name);
  }
  const { rename } = target.row;
  return {
    method: 'POST',
    path: pathOf(inbound, target),
    headers: { 'content-type': 'application/json', ...betaHeaders(readBetas(inbound.header(BETA_HEADER), {})) },
    body: changes.size === 0 && rename === undefined ? raw.bytes() : raw.edit(changes, rename),
    stream: exchange.peek.stream,
    target,
    dropped,
    inserted: [],
  };
}
