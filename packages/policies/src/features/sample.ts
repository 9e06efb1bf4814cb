import type { ChatRequest, Message, Part } from '@postern/core';

/** Characters of the conversation that are looked at: the beginning of what the user said last, its end, and the beginning of the system prompt. */
const HEAD = 1_000;
const TAIL = 300;
const SYSTEM = 200;
/** Of the messages that are searched for the user's words. */
const CHARACTERS = 16_384;

/** What of a chat tells what is asked for. */
export interface Sample {
  readonly text: string;
  /** How much of `text`, from its beginning, is the user's. */
  readonly own: number;
  readonly images: number;
  readonly turns: number;
}

/** The text to look at: long prompts say at their beginning or at their end what is to be done with what stands between. */
export function sampleOf({ messages }: ChatRequest): Sample {
  let images = 0;
  let turns = 0;
  for (const { content, role } of messages) {
    if (role === 'user') turns++;
    for (const part of content) images += imagesIn(part);
  }
  const user = lastOfUser(messages);
  const own = user.length <= HEAD + TAIL ? user : `${user.slice(0, HEAD)}\n${user.slice(-TAIL)}`;
  const system = textOf(messages.find(({ role }) => role === 'system' || role === 'developer')).slice(0, SYSTEM);
  return { text: system === '' ? own : `${own}\n${system}`, own: own.length, images, turns };
}

function lastOfUser(messages: readonly Message[]): string {
  for (let at = messages.length - 1; at >= 0; at--) {
    const text = messages[at]?.role === 'user' ? textOf(messages[at]) : '';
    if (text !== '') return text;
  }
  return '';
}

function textOf(message: Message | undefined): string {
  let text = '';
  for (const part of message?.content ?? []) {
    if (part.type !== 'text') continue;
    text = text === '' ? part.text : `${text}\n${part.text}`;
    if (text.length >= CHARACTERS) break;
  }
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS - TAIL)}${text.slice(-TAIL)}` : text;
}

const imagesIn = (part: Part): number => {
  if (part.type === 'image') return 1;
  return part.type === 'tool-result' ? part.content.filter(({ type }) => type === 'image').length : 0;
};
