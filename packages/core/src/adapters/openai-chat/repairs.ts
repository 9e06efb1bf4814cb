/**
 * Deviations of compatible APIs that a row can name; a name tells a behaviour, never a vendor.
 * What every `compatible` row gets without naming it: required fields filled, list content turned into text and `reasoning_content`,
 * finish reasons put into OpenAI's words, cached tokens and usage found where some APIs hide them.
 *
 * Of requests:
 * - `developer-as-system`: knows no role `developer`.
 * - `tool-choice-any`: says `any` for `required`. https://docs.mistral.ai/api
 * - `tool-choice-option`: takes a word for a choice of tools in `tool_choice_option`. https://cloud.ibm.com/apidocs/watsonx-ai#text-chat
 * - `string-content`: takes content as a string only; text parts are joined.
 * - `short-tool-ids`: tool call ids must be 9 letters and digits. https://docs.mistral.ai/capabilities/function_calling
 * - `reasoning-object`, `thinking-type`, `enable-thinking`: how it is told how much to think; see ReasoningStyle.
 * - `reasoning-content-back`: wants `reasoning_content` of earlier turns. https://api-docs.deepseek.com/guides/thinking_mode
 * - `reasoning-details-back`: wants its `reasoning_details` of earlier turns. https://openrouter.ai/docs/use-cases/reasoning-tokens
 * - `thinking-content-back`: wants earlier thinking as `thinking` chunks of the content. https://docs.mistral.ai/capabilities/reasoning
 * - `cache-control`: takes Anthropic's cache points on content. https://openrouter.ai/docs/features/prompt-caching
 * - `prefix-message`: goes on with a last message of the assistant that says `prefix`. https://docs.mistral.ai/api/endpoint/chat
 * - `partial-message`: the same, that says `partial`. https://platform.kimi.ai/docs/guide/use-partial-mode-feature-of-kimi-api
 * - `final-message`: the same, where the request says `continue_final_message`. https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * - `images-in-tool-results`: takes image parts in tool results.
 * - `file-urls`: takes files by URL in `file_data`. https://openrouter.ai/docs/features/multimodal/pdfs
 *
 * Of answers:
 * - `list-content`: content comes as a list of chunks. https://docs.mistral.ai/capabilities/reasoning
 * - `reasoning-field`: reasoning text comes in `reasoning`. https://console.groq.com/docs/reasoning
 * - `usage-every-frame`: each chunk of a stream carries the usage so far. https://docs.perplexity.ai/api-reference/chat-completions-post
 */
export type RepairName =
  | 'developer-as-system'
  | 'tool-choice-any'
  | 'tool-choice-option'
  | 'string-content'
  | 'short-tool-ids'
  | 'reasoning-object'
  | 'thinking-type'
  | 'enable-thinking'
  | 'reasoning-content-back'
  | 'reasoning-details-back'
  | 'thinking-content-back'
  | 'cache-control'
  | 'prefix-message'
  | 'partial-message'
  | 'final-message'
  | 'images-in-tool-results'
  | 'file-urls'
  | 'list-content'
  | 'reasoning-field'
  | 'usage-every-frame';
