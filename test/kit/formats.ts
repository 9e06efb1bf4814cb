import { WIRE_FORMATS, type WireFormat } from '@postern/core';

/** The formats that hold a conversation: the older completions API has one prompt, and tests of its own. */
export type ChatFormat = Exclude<WireFormat, 'openai-completions'>;

export const CHAT_FORMATS = WIRE_FORMATS.filter((format): format is ChatFormat => format !== 'openai-completions');
