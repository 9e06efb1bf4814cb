import type { Fields } from '../../transport/body.ts';
import { text } from './read.ts';

/** What OpenAI's APIs route requests of a common beginning by. Source: https://platform.openai.com/docs/guides/prompt-caching */
export const openaiSession = (fields: Fields): string | undefined => text(fields.get('prompt_cache_key'));
