import type { Fields } from '../../transport/body.ts';
import { record, text } from './read.ts';

/**
 * Whom a request of OpenAI's APIs is made for; `user` is the older name.
 * Sources: https://platform.openai.com/docs/api-reference/chat/create#chat_create-safety_identifier, …/responses/create, …/embeddings/create#user
 */
export const openaiEndUser = (fields: Fields): string | undefined =>
  text(fields.get('safety_identifier')) ?? text(fields.get('user'));

/** The same of Anthropic's. Source: https://platform.claude.com/docs/en/api/messages/create (`metadata.user_id`) */
export const anthropicEndUser = (fields: Fields): string | undefined => text(record(fields.get('metadata'))?.user_id);
