import { asNumber, asObject, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidRequest } from './errors.ts';
import { blocksOf, isThinking } from './read.ts';

const GUIDE = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';

/** What extended thinking forbids. Source: the guide above; the words are api.anthropic.com's, as anthropics/claude-cookbooks records them. */
export function refuseThinking(body: JsonObject): VendorError | undefined {
  const thinking = asObject(body.thinking);
  if (thinking !== undefined && !['enabled', 'disabled', 'adaptive'].includes(inWords(thinking.type))) {
    return invalidRequest(
      `thinking: Input tag '${inWords(thinking.type)}' found using 'type' does not match any of the expected tags: 'enabled', 'disabled', 'adaptive'`,
    );
  }
  if (!isThinking(body)) return undefined;
  return refuseBudget(body, thinking) ?? refuseSampling(body) ?? refuseForcedTools(body) ?? refuseMissingThought(body);
}

function refuseBudget(body: JsonObject, thinking: JsonObject | undefined): VendorError | undefined {
  if (thinking?.type !== 'enabled') return undefined;
  const budget = asNumber(thinking.budget_tokens);
  if (budget === undefined) return invalidRequest('thinking.enabled.budget_tokens: Field required');
  if (budget < 1024)
    return invalidRequest('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  const most = asNumber(body.max_tokens) ?? Number.POSITIVE_INFINITY;
  return most <= budget
    ? invalidRequest(
        `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${GUIDE}#max-tokens-and-context-window-size`,
      )
    : undefined;
}

function refuseSampling(body: JsonObject): VendorError | undefined {
  const more = `Please consult our documentation at ${GUIDE}#important-considerations-when-using-extended-thinking`;
  if (body.temperature !== undefined && body.temperature !== 1)
    return invalidRequest(`\`temperature\` may only be set to 1 when thinking is enabled. ${more}`);
  if (body.top_k !== undefined) return invalidRequest(`\`top_k\` must be unset when thinking is enabled. ${more}`);
  const share = asNumber(body.top_p);
  return share !== undefined && share < 0.95
    ? invalidRequest(`\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${more}`)
    : undefined;
}

function refuseForcedTools(body: JsonObject): VendorError | undefined {
  const type = asObject(body.tool_choice)?.type;
  return type === 'any' || type === 'tool'
    ? invalidRequest('Thinking may not be enabled when tool_choice forces tool use.')
    : undefined;
}

/** A turn that goes on after a tool must begin with its thinking. */
function refuseMissingThought(body: JsonObject): VendorError | undefined {
  const messages = objectsOf(body.messages);
  const last = messages.findLastIndex((message) => message.role === 'assistant');
  const blocks = blocksOf(messages[last]);
  const first = blocks[0]?.type;
  if (asObject(body.thinking)?.type !== 'enabled' || !blocks.some((block) => block.type === 'tool_use'))
    return undefined;
  if (first === 'thinking' || first === 'redacted_thinking') return undefined;
  return invalidRequest(
    `messages.${last}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${inWords(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${GUIDE}`,
  );
}
