import { isObject, type Json, maybeObjects } from '../read/json.ts';

/**
 * A conversation that is written for Anthropic's Messages API, as it is written for Amazon's Converse API, which has nearly the same parts by other
 * names. undefined: that one has no form for it.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function bedrockOf(body: Json): object | undefined {
  const { max_tokens: maxTokens, temperature, top_p: topP, stop_sequences: stopSequences } = body;
  const { system, messages, tools, tool_choice: choice } = body;
  if (Object.keys(body).some((name) => !KNOWN.has(name)) || !isTaken(body)) return undefined;
  const inference = present({ maxTokens, temperature, topP, stopSequences });
  const toolConfig = tools === undefined ? undefined : toolsOf(maybeObjects(tools, 'tools'), choice);
  const said = {
    ...(system === undefined ? {} : { system: blocksOf(system) }),
    messages: maybeObjects(messages, 'messages').map(({ role, content }) => ({ role, content: blocksOf(content) })),
    ...(toolConfig === undefined ? {} : { toolConfig }),
    ...(Object.keys(inference).length === 0 ? {} : { inferenceConfig: inference }),
  };
  return JSON.stringify(said).includes(NO_FORM) ? undefined : said;
}

const KNOWN = new Set('max_tokens temperature top_p stop_sequences system messages tools tool_choice'.split(' '));
/** The vendor refuses blank system prompts, neighbours of one role, and ids with other signs than these. */
function isTaken({ system, messages }: Json): boolean {
  const turns = maybeObjects(messages, 'messages');
  if (typeof system === 'string' && system.trim() === '') return false;
  if (turns.some(({ role }, index) => role === turns[index - 1]?.role)) return false;
  return turns.every(({ content }) =>
    typeof content === 'string'
      ? true
      : maybeObjects(content, 'content').every(({ id }) => id === undefined || /^[\w-]{1,64}$/.test(String(id))),
  );
}
/** Stands where the other API has no form. */
const NO_FORM = '(no form)';

const present = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Json;

const blocksOf = (content: unknown): object[] =>
  typeof content === 'string' ? [{ text: content }] : maybeObjects(content, 'content').map(block);

function block(value: Json): object {
  if (value.cache_control !== undefined || value.citations !== undefined || value.context !== undefined)
    return { type: NO_FORM };
  switch (value.type) {
    case 'text':
      return { text: value.text };
    case 'image':
      return media('image', value);
    case 'tool_use':
      return { toolUse: { toolUseId: value.id, name: value.name, input: value.input } };
    case 'tool_result':
      return {
        toolResult: {
          toolUseId: value.tool_use_id,
          content: value.content === undefined ? [] : blocksOf(value.content),
          ...(value.is_error === true ? { status: 'error' } : {}),
        },
      };
    default:
      return { type: NO_FORM };
  }
}

function media(kind: string, { source }: Json): object {
  if (!isObject(source) || source.type !== 'base64') return { type: NO_FORM };
  const format = String(source.media_type).split('/').at(-1);
  return { [kind]: { format, source: { bytes: source.data } } };
}

function toolsOf(tools: readonly Json[], choice: unknown): object {
  const specs = tools.map(({ name, description, input_schema: schema, ...more }) =>
    Object.keys(more).length > 0
      ? { type: NO_FORM }
      : { toolSpec: { name, ...present({ description }), inputSchema: { json: schema } } },
  );
  return { tools: specs, ...(choice === undefined ? {} : { toolChoice: choiceOf(choice) }) };
}

function choiceOf(choice: unknown): object {
  if (!isObject(choice) || choice.disable_parallel_tool_use !== undefined) return { type: NO_FORM };
  if (choice.type === 'auto') return { auto: {} };
  if (choice.type === 'any') return { any: {} };
  return choice.type === 'tool' ? { tool: { name: choice.name } } : { type: NO_FORM };
}
