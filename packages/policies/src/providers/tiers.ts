/**
 * Quality tiers of model families, as of {@link TIERS_AS_OF}: 1 the smallest of a line, 2 the small and quick ones, 3 those that the vendor recommends for most work, 4 its
 * most capable. It is the place that each vendor itself gives a family within its own line, read off its pages; two vendors' tiers are alike and not equal, and no
 * benchmark stands behind them. What stands higher in the list holds.
 */
export const TIERS_AS_OF = '2026-11-29';

/** A family: what its names look like in lower case, without provider and date, and the page that places it. */
export interface Family {
  readonly name: RegExp;
  readonly tier: 1 | 2 | 3 | 4;
  readonly source: string;
}

const OPENAI = 'https://platform.openai.com/docs/models';
const ANTHROPIC = 'https://platform.claude.com/docs/en/about-claude/models/overview';
const GOOGLE = 'https://ai.google.dev/gemini-api/docs/models';
const MISTRAL = 'https://docs.mistral.ai/getting-started/models/models_overview/';
const XAI = 'https://docs.x.ai/docs/models';
const DEEPSEEK = 'https://api-docs.deepseek.com/quick_start/pricing';
const COHERE = 'https://docs.cohere.com/docs/models';
const QWEN = 'https://help.aliyun.com/zh/model-studio/models';
const MOONSHOT = 'https://platform.moonshot.ai/docs/introduction';
const ZAI = 'https://docs.z.ai/guides/overview/quick-start';
const MINIMAX = 'https://platform.minimax.io/docs/guides/models-intro';
const META = 'https://www.llama.com/models/';
const AMAZON = 'https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html';

export const FAMILIES: readonly Family[] = [
  { name: /^(?:gpt-[\d.]+-(?:nano|luna)|gpt-3\.5|gpt-4o-mini|gpt-oss-20b)/, tier: 1, source: OPENAI },
  { name: /^(?:gpt-[\d.]+-(?:mini|terra)|o\d-mini|gpt-oss-120b|gpt-4o)/, tier: 2, source: OPENAI },
  { name: /^(?:gpt-[\d.]+-astra|gpt-[\d.]+-pro|gpt-5\.5(?!\d)|o\d-pro)/, tier: 4, source: OPENAI },
  { name: /^(?:gpt-[4-9]|o[1-4])/, tier: 3, source: OPENAI },
  { name: /^claude-(?:instant|[\d.-]*haiku-5|3-haiku)/, tier: 1, source: ANTHROPIC },
  { name: /^claude-(?:[\d.-]*haiku|3-sonnet|v?2)/, tier: 2, source: ANTHROPIC },
  { name: /^claude-[\d.-]*(?:opus|fable|mythos)/, tier: 4, source: ANTHROPIC },
  { name: /^claude-[\d.-]*sonnet/, tier: 3, source: ANTHROPIC },
  { name: /^gemini-.*flash-(?:lite|8b)/, tier: 1, source: GOOGLE },
  { name: /^gemini-.*flash/, tier: 2, source: GOOGLE },
  { name: /^gemini-(?:3\S*-pro|[4-9]\S*-pro|pro-latest|[4-9]-argon)/, tier: 4, source: GOOGLE },
  { name: /^gemini-.*pro/, tier: 3, source: GOOGLE },
  { name: /^gemma-/, tier: 1, source: GOOGLE },
  { name: /^(?:ministral|mistral-tiny|open-mistral|devstral-small|voxtral|mistral-7b)/, tier: 1, source: MISTRAL },
  { name: /^(?:mistral-small|codestral|magistral-small|devstral|open-mixtral|mixtral)/, tier: 2, source: MISTRAL },
  { name: /^(?:mistral-(?:medium|large)|magistral-medium|pixtral-large)/, tier: 3, source: MISTRAL },
  { name: /^grok-(?:code-fast|.*-mini|.*-fast)/, tier: 2, source: XAI },
  { name: /^grok-(?:4\.[5-9]|[5-9])/, tier: 4, source: XAI },
  { name: /^grok-/, tier: 3, source: XAI },
  { name: /^deepseek-(?:v\d-flash|flash)/, tier: 2, source: DEEPSEEK },
  { name: /^deepseek/, tier: 3, source: DEEPSEEK },
  { name: /^command-(?:r7b|light)/, tier: 1, source: COHERE },
  { name: /^command-(?:r-plus|a)/, tier: 3, source: COHERE },
  { name: /^command/, tier: 2, source: COHERE },
  { name: /^qwen[\d.]*-(?:turbo|flash|\S*-flash)/, tier: 1, source: QWEN },
  { name: /^qwen[\d.]*-(?:\S*-)?max/, tier: 3, source: QWEN },
  { name: /^(?:qwen|qwq)[\d.]*-(?:coder|plus|\S*-plus|\d{2,3}b)/, tier: 2, source: QWEN },
  { name: /^kimi-k3/, tier: 4, source: MOONSHOT },
  { name: /^kimi-/, tier: 3, source: MOONSHOT },
  { name: /^glm-\S*(?:flash|air)/, tier: 1, source: ZAI },
  { name: /^glm-[4-9]/, tier: 3, source: ZAI },
  { name: /^minimax-m/, tier: 3, source: MINIMAX },
  { name: /^(?:meta\.)?llama-?[\d.-]*-?(?:[138]b|11b)/, tier: 1, source: META },
  { name: /^(?:meta\.)?llama-?\S*(?:70b|90b|scout)/, tier: 2, source: META },
  { name: /^(?:meta\.)?llama-?\S*(?:405b|maverick)/, tier: 3, source: META },
  { name: /^nova-(?:micro|lite)/, tier: 1, source: AMAZON },
  { name: /^nova-pro/, tier: 2, source: AMAZON },
  { name: /^nova-premier/, tier: 3, source: AMAZON },
];

/** What clouds put before the name of a family: regions and the vendor. */
export const BEFORE =
  /^(?:(?:us|eu|apac|global|au|jp|us-gov)\.)?(?:anthropic|amazon|mistral|deepseek|qwen|moonshotai|minimax|zai|cohere|openai|google)\.|^models\//;
