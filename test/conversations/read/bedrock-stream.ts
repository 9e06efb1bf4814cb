import { type EventMessage, eventMessages } from '../../kit/event-stream.ts';
import type { ErrorView } from '../neutral.ts';
import { bedrockError } from './bedrock-answer.ts';
import { count, type Json, object, objects, text, wrong } from './json.ts';

type Open = { [name: string]: unknown };

interface Gathered {
  started: boolean;
  readonly blocks: Open[];
  open: { readonly index: number; readonly block: Open; input: string } | undefined;
  stop: Json | undefined;
  metadata: Json | undefined;
}

/**
 * The events of an answer. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html: messageStart; blocks
 * one after the other, each of deltas (of tool use and images with a start) and a stop; messageStop; metadata.
 */
export function bedrockStream(bytes: string): Json {
  const { blocks, stop, metadata } = gather(eventMessages(bytes));
  if (stop === undefined || metadata === undefined) wrong('stream', 'must have messageStop and metadata');
  const { p: _, ...told } = metadata;
  const { stopReason, additionalModelResponseFields } = stop;
  return {
    output: { message: { role: 'assistant', content: blocks } },
    stopReason,
    ...(additionalModelResponseFields === undefined ? {} : { additionalModelResponseFields }),
    ...told,
  };
}

function gather(messages: readonly EventMessage[]): Gathered {
  const gathered: Gathered = { started: false, blocks: [], open: undefined, stop: undefined, metadata: undefined };
  for (const [index, { type, name, payload }] of messages.entries()) {
    const at = `event ${index} (${name})`;
    if (type !== 'event') wrong(at, 'must be an event', payload);
    if (gathered.metadata !== undefined) wrong(at, 'must not follow metadata');
    const body = object(JSON.parse(payload), at);
    if (name === 'messageStart') {
      if (gathered.started || body.role !== 'assistant') wrong(at, 'must be the first and the only one', body);
      gathered.started = true;
    } else if (!gathered.started) wrong(at, 'must follow messageStart');
    else step(gathered, name, body, at);
  }
  return gathered;
}

function step(gathered: Gathered, name: string, body: Json, at: string): void {
  if (name === 'metadata') {
    if (gathered.stop === undefined) wrong(at, 'must follow messageStop');
    gathered.metadata = body;
    return;
  }
  if (gathered.stop !== undefined) wrong(at, 'must not follow messageStop');
  if (name === 'messageStop') {
    if (gathered.open !== undefined) wrong(at, 'must wait for the block before it to stop');
    text(body.stopReason, at);
    gathered.stop = body;
  } else if (name === 'contentBlockStart') blockStart(gathered, body, at);
  else if (name === 'contentBlockDelta') blockDelta(gathered, body, at);
  else if (name === 'contentBlockStop') blockStop(gathered, body, at);
  else wrong(at, 'is no event of the format');
}

function opens(gathered: Gathered, body: Json, at: string, block: Open): NonNullable<Gathered['open']> {
  const index = count(body.contentBlockIndex, at);
  if (gathered.open !== undefined) wrong(at, 'must wait for the block before it to stop');
  if (index !== gathered.blocks.length) wrong(at, `must be block ${gathered.blocks.length}`, body);
  gathered.blocks.push(block);
  gathered.open = { index, block, input: '' };
  return gathered.open;
}

function blockStart(gathered: Gathered, body: Json, at: string): void {
  const { toolUse, image } = object(body.start, at);
  if (toolUse !== undefined) opens(gathered, body, at, { toolUse: { ...object(toolUse, at), input: {} } });
  else if (image !== undefined) opens(gathered, body, at, { image: object(image, at) });
  else wrong(at, 'is no start of a block', body);
}

function blockDelta(gathered: Gathered, body: Json, at: string): void {
  const delta = object(body.delta, at);
  if (Object.keys(delta).length !== 1) wrong(at, 'must have exactly one member', delta);
  const open = gathered.open ?? opens(gathered, body, at, {});
  if (open.index !== body.contentBlockIndex) wrong(at, 'must belong to the open block', body);
  const { block } = open;
  if (delta.text !== undefined) addText(block, text(delta.text, at));
  else if (delta.toolUse !== undefined) open.input += text(object(delta.toolUse, at).input, at);
  else if (delta.reasoningContent !== undefined) addReasoning(block, object(delta.reasoningContent, at), at);
  else if (delta.citation !== undefined) addCitation(block, object(delta.citation, at));
  else if (delta.image !== undefined) block.image = { ...object(block.image, at), ...object(delta.image, at) };
  else wrong(at, 'is no delta of the format', delta);
}

function addText(block: Open, piece: string): void {
  if (block.citationsContent === undefined) block.text = `${block.text ?? ''}${piece}`;
  else {
    const cited = object(block.citationsContent, 'cited');
    const [first] = objects(cited.content, 'content');
    block.citationsContent = { ...cited, content: [{ text: `${first?.text ?? ''}${piece}` }] };
  }
}

function addCitation(block: Open, citation: Json): void {
  const cited = object(block.citationsContent ?? { content: [{ text: block.text ?? '' }], citations: [] }, 'cited');
  delete block.text;
  block.citationsContent = { ...cited, citations: [...objects(cited.citations, 'citations'), citation] };
}

function addReasoning(block: Open, delta: Json, at: string): void {
  if (delta.redactedContent !== undefined) {
    block.reasoningContent = { redactedContent: text(delta.redactedContent, at) };
    return;
  }
  const before = object(object(block.reasoningContent ?? {}, at).reasoningText ?? { text: '' }, at);
  if (before.signature !== undefined) wrong(at, 'must not follow the signature', delta);
  const reasoningText =
    delta.signature === undefined
      ? { ...before, text: `${before.text}${text(delta.text, at)}` }
      : { ...before, signature: text(delta.signature, at) };
  block.reasoningContent = { reasoningText };
}

function blockStop(gathered: Gathered, body: Json, at: string): void {
  const { open } = gathered;
  if (open === undefined || open.index !== body.contentBlockIndex) wrong(at, 'must belong to the open block', body);
  gathered.open = undefined;
  if (open.input !== '') open.block.toolUse = { ...object(open.block.toolUse, at), input: parsedOr(open.input) };
}

/** The token limit may cut the arguments: such a call can't be run, and the stop reason says so. */
function parsedOr(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return { cut: written };
  }
}

const EXCEPTIONS = [
  'internalServerException',
  'modelStreamErrorException',
  'validationException',
  'throttlingException',
  'serviceUnavailableException',
];

/** Events, then one exception; no messageStop anywhere. */
export function bedrockBrokenStream(bytes: string): ErrorView {
  const messages = eventMessages(bytes);
  const last = messages.at(-1) ?? wrong('stream', 'must have events');
  if (last.type !== 'exception' || !EXCEPTIONS.includes(last.name))
    wrong('stream', 'is broken and must end with an exception', last);
  const { stop, metadata } = gather(messages.slice(0, -1));
  if (stop !== undefined || metadata !== undefined) wrong('stream', 'is broken and must not say that it finished');
  return bedrockError(JSON.parse(last.payload));
}
