import { asList, asNumber, asObject, asText, type JsonObject, objectsOf, parseJson } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalid } from './errors.ts';
import { blocksOf, isThinking } from './read.ts';

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html */
export function refuseInference(body: JsonObject): VendorError | undefined {
  if (body.inferenceConfig === undefined) return undefined;
  const config = asObject(body.inferenceConfig);
  if (config === undefined) return invalid('The inferenceConfig field must be a structure.');
  const extra = Object.keys(config).find(
    (name) => !['maxTokens', 'temperature', 'topP', 'stopSequences'].includes(name),
  );
  if (extra !== undefined) return invalid(`extraneous key [${extra}] is not permitted`);
  const most = config.maxTokens;
  if (most !== undefined && !(Number.isInteger(most) && Number(most) >= 1))
    return invalid('The value at inferenceConfig.maxTokens must be at least 1.');
  for (const name of ['temperature', 'topP']) {
    const value = config[name];
    const number = asNumber(value);
    if (value !== undefined && (number === undefined || number < 0 || number > 1))
      return invalid(`The value at inferenceConfig.${name} must be from 0 to 1.`);
  }
  const stops = config.stopSequences === undefined ? [] : asList(config.stopSequences);
  if (stops === undefined || stops.some((one) => typeof one !== 'string' || one.trim() === ''))
    return invalid('The value at inferenceConfig.stopSequences must hold texts that are not blank.');
  return undefined;
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html */
export function refuseTools(body: JsonObject): VendorError | undefined {
  if (body.toolConfig === undefined) return undefined;
  const config = asObject(body.toolConfig);
  const tools = asList(config?.tools);
  if (config === undefined || tools === undefined || tools.length === 0)
    return invalid('The value at toolConfig.tools must hold a tool at least.');
  const names: unknown[] = [];
  for (const [index, one] of tools.entries()) {
    const tool = asObject(one) ?? {};
    const spec = asObject(tool.toolSpec);
    if (spec === undefined) {
      if (tool.cachePoint === undefined && tool.systemTool === undefined)
        return invalid(`The value at toolConfig.tools.${index} must hold a member.`);
      continue;
    }
    const refused = refuseSpec(spec, `toolConfig.tools.${index}.toolSpec`);
    if (refused !== undefined) return refused;
    names.push(spec.name);
  }
  if (new Set(names).size < names.length) return invalid('The tool names must be unique.');
  return refuseChoice(config, names);
}

function refuseSpec(spec: JsonObject, at: string): VendorError | undefined {
  if (!NAME.test(asText(spec.name) ?? ''))
    return invalid(
      `Value at '${at}.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
    );
  if (spec.description !== undefined && (asText(spec.description) ?? '') === '')
    return invalid(
      `Value at '${at}.description' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  if (spec.strict !== undefined && typeof spec.strict !== 'boolean')
    return invalid(`The value at ${at}.strict must be a boolean.`);
  const schema = asObject(asObject(spec.inputSchema)?.json);
  if (schema?.type !== 'object')
    return invalid(`The value at ${at}.inputSchema.json.type must be one of the following: object.`);
  return undefined;
}

function refuseChoice(config: JsonObject, names: readonly unknown[]): VendorError | undefined {
  if (config.toolChoice === undefined) return undefined;
  const choice = asObject(config.toolChoice) ?? {};
  const [kind, ...more] = Object.keys(choice);
  if (kind === undefined || more.length > 0 || !['auto', 'any', 'tool'].includes(kind))
    return invalid('The value at toolConfig.toolChoice must hold one of auto, any and tool.');
  const name = asObject(choice.tool)?.name;
  return kind === 'tool' && !names.includes(name)
    ? invalid('The tool of toolConfig.toolChoice is none of the tools.')
    : undefined;
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
export function refuseOutput(body: JsonObject): VendorError | undefined {
  if (body.outputConfig === undefined) return undefined;
  const { textFormat, effort } = asObject(body.outputConfig) ?? {};
  if (effort !== undefined && !['low', 'medium', 'high', 'xhigh', 'max'].includes(asText(effort) ?? ''))
    return invalid('The value at outputConfig.effort is none of its values.');
  if (textFormat === undefined) return undefined;
  const format = asObject(textFormat) ?? {};
  const schema = parseJson(asText(asObject(asObject(format.structure)?.jsonSchema)?.schema) ?? '');
  if (format.type !== 'json_schema' || asObject(schema) === undefined)
    return invalid('The value at outputConfig.textFormat must hold the text of a JSON Schema.');
  return asObject(schema)?.type === 'object' && asObject(schema)?.additionalProperties !== false
    ? invalid("For 'object' type, 'additionalProperties' must be explicitly set to false")
    : undefined;
}

/** What Claude's extended thinking forbids. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
export function refuseThinking(body: JsonObject): VendorError | undefined {
  if (!isThinking(body)) return undefined;
  const own = asObject(body.additionalModelRequestFields);
  const thinking = asObject(own?.thinking);
  const inference = asObject(body.inferenceConfig);
  const budget = asNumber(thinking?.budget_tokens);
  if (thinking?.type === 'enabled') {
    if (budget === undefined) return invalid('thinking.enabled.budget_tokens: Field required');
    if (budget < 1024) return invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    if ((asNumber(inference?.maxTokens) ?? Number.POSITIVE_INFINITY) <= budget)
      return invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  if (inference?.temperature !== undefined && inference.temperature !== 1)
    return invalid('`temperature` may only be set to 1 when thinking is enabled.');
  if (own?.top_k !== undefined) return invalid('`top_k` must be unset when thinking is enabled.');
  const choice = asObject(asObject(body.toolConfig)?.toolChoice);
  if (choice !== undefined && choice.auto === undefined)
    return invalid('Thinking may not be enabled when tool_choice forces tool use.');
  return thinking?.type === 'enabled' ? refuseUnthought(body) : undefined;
}

/** A turn that goes on after a tool must begin with its thinking. */
function refuseUnthought(body: JsonObject): VendorError | undefined {
  const messages = objectsOf(body.messages);
  const last = messages.findLastIndex((message) => message.role === 'assistant');
  const blocks = blocksOf(messages[last]);
  if (!blocks.some((block) => block.toolUse !== undefined) || blocks[0]?.reasoningContent !== undefined)
    return undefined;
  return invalid(
    `messages.${last}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`tool_use\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  );
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (four cache checkpoints per request) */
export function refuseCachePoints(body: JsonObject): VendorError | undefined {
  const blocks = [
    ...objectsOf(body.system),
    ...objectsOf(asObject(body.toolConfig)?.tools),
    ...objectsOf(body.messages).flatMap(blocksOf),
  ];
  return blocks.filter((block) => block.cachePoint !== undefined).length > 4
    ? invalid('A maximum of 4 cache points may be provided.')
    : undefined;
}
