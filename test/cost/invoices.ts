/**
 * Invoices worked out by hand: usage as the vendors' references show it, the prices of their pages (in the book of 2026-11-29) in dollars per million
 * tokens, and the sum in dollars. The left side of each comment is prompt + cache + answer, in millionths of a dollar.
 */
export interface Invoice {
  readonly model: string;
  readonly usage: object;
  readonly usd: string;
  /** Of the whole answer, where it tells one. */
  readonly tier?: string;
  /** When the call began; default a Wednesday noon, UTC. */
  readonly at?: number;
}

const tokens = (prompt_tokens: number, completion_tokens: number, more: object = {}) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...more,
});
const cached = (cached_tokens: number) => ({ prompt_tokens_details: { cached_tokens } });
const hits = { prompt_cache_hit_tokens: 1024, prompt_cache_miss_tokens: 16 };

export const INVOICES: Readonly<Record<string, readonly Invoice[]>> = {
  // https://developers.openai.com/api/docs/pricing
  openai: [
    // 86 × 0.75 + 1,920 × 0.075 + 300 × 4.50 = 64.5 + 144 + 1,350
    { model: 'gpt-5.4-mini', usage: tokens(2006, 300, cached(1920)), usd: '0.0015585' },
    // 75 × 0.75 + 1,186 × 4.50 = 56.25 + 5,337; the 1,024 tokens of reasoning are among the 1,186
    {
      model: 'gpt-5.4-mini',
      usage: tokens(75, 1186, { completion_tokens_details: { reasoning_tokens: 1024 } }),
      usd: '0.00539325',
    },
    // Flex above 272,000: 200,000 × 4 + 100,000 × 0.40 + 1,000 × 15 = 800,000 + 40,000 + 15,000
    { model: 'gpt-5.6', usage: tokens(300_000, 1000, cached(100_000)), tier: 'flex', usd: '0.855' },
  ],
  // https://platform.claude.com/docs/en/about-claude/pricing
  anthropic: [
    // 2,095 × 4 + 503 × 20 = 8,380 + 10,060
    {
      model: 'claude-opus-5-5',
      usage: { input_tokens: 2095, output_tokens: 503, service_tier: 'standard' },
      usd: '0.01844',
    },
    // 50 × 4 + 100,000 × 0.20 + 148 × 5 (5 minutes) + 100 × 8 (1 hour) + 503 × 20 = 200 + 20,000 + 740 + 800 + 10,060
    {
      model: 'claude-opus-5-5',
      usage: {
        input_tokens: 50,
        cache_read_input_tokens: 100_000,
        cache_creation_input_tokens: 248,
        cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
        output_tokens: 503,
      },
      usd: '0.0318',
    },
    // 105 × 4 + 7,123 × 0.20 + 6,039 × 20 = 420 + 1,424.6 + 120,780, and a search for 0.01
    {
      model: 'claude-opus-5-5',
      usage: {
        input_tokens: 105,
        cache_read_input_tokens: 7123,
        output_tokens: 6039,
        server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
      },
      usd: '0.1326246',
    },
  ],
  // https://ai.google.dev/gemini-api/docs/pricing
  gemini: [
    // 11 × 0.30 + (73 + 1,024) × 2.50 = 3.3 + 2,742.5
    {
      model: 'gemini-2.5-flash',
      usage: { promptTokenCount: 11, candidatesTokenCount: 73, thoughtsTokenCount: 1024, totalTokenCount: 1108 },
      usd: '0.0027458',
    },
    // 10 × 0.30 + 1,920 × 1.00 (audio) + 100 × 2.50 = 3 + 1,920 + 250
    {
      model: 'gemini-2.5-flash',
      usage: {
        promptTokenCount: 1930,
        candidatesTokenCount: 100,
        totalTokenCount: 2030,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 10 },
          { modality: 'AUDIO', tokenCount: 1920 },
        ],
      },
      usd: '0.002173',
    },
    // Above 200,000: 50,000 × 2.50 + 200,000 × 0.25 + 1,000 × 15 = 125,000 + 50,000 + 15,000
    {
      model: 'gemini-2.5-pro',
      usage: {
        promptTokenCount: 250_000,
        cachedContentTokenCount: 200_000,
        candidatesTokenCount: 1000,
        totalTokenCount: 251_000,
      },
      usd: '0.19',
    },
  ],
  // https://aws.amazon.com/bedrock/pricing/
  bedrock: [
    // 30 × 0.80 + 628 × 3.20 = 24 + 2,009.6
    {
      model: 'amazon.nova-pro-v1:0',
      usage: { inputTokens: 30, outputTokens: 628, totalTokens: 658 },
      usd: '0.0020336',
    },
    // 100 × 0.80 + 5,000 × 0.20 + 50 × 3.20 = 80 + 1,000 + 160
    {
      model: 'amazon.nova-pro-v1:0',
      usage: { inputTokens: 100, cacheReadInputTokens: 5000, outputTokens: 50, totalTokens: 5150 },
      usd: '0.00124',
    },
    // 12 × 4 + 2,000 × 5 + 400 × 20 = 48 + 10,000 + 8,000
    {
      model: 'anthropic.claude-opus-5-5',
      usage: { inputTokens: 12, cacheWriteInputTokens: 2000, outputTokens: 400, totalTokens: 2412 },
      usd: '0.018048',
    },
  ],
  // https://mistral.ai/pricing#api-pricing
  mistral: [
    // 16 × 0.50 + 34 × 1.50 = 8 + 51
    { model: 'mistral-large-2512', usage: tokens(16, 34), usd: '0.000059' },
    // 1,000 × 1.50 + 200 × 7.50 = 1,500 + 1,500
    { model: 'mistral-medium-latest', usage: tokens(1000, 200), usd: '0.003' },
    // 333 × 0.10 + 111 × 0.10 = 33.3 + 11.1
    { model: 'ministral-3b-2512', usage: tokens(333, 111), usd: '0.0000444' },
  ],
  // https://api-docs.deepseek.com/quick_start/pricing; dearer from 01:00 to 04:00 and 06:00 to 10:00 UTC, but not at weekends
  deepseek: [
    // 16 × 0.66 + 1,024 × 0.022 + 300 × 1.98 = 10.56 + 22.528 + 594
    { model: 'deepseek-v4-pro', usage: tokens(1040, 300, hits), usd: '0.000627088' },
    // Twice that: 16 × 1.32 + 1,024 × 0.044 + 300 × 3.96 = 21.12 + 45.056 + 1,188
    { model: 'deepseek-v4-pro', usage: tokens(1040, 300, hits), at: Date.UTC(2026, 10, 25, 2), usd: '0.001254176' },
    // A Sunday at the same hour
    { model: 'deepseek-v4-pro', usage: tokens(1040, 300, hits), at: Date.UTC(2026, 10, 29, 2), usd: '0.000627088' },
  ],
  // https://docs.x.ai/docs/models; reasoning stands beside completion_tokens
  xai: [
    // 32 × 2 + (9 + 200) × 6 = 64 + 1,254
    {
      model: 'grok-4.6',
      usage: {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 241,
        completion_tokens_details: { reasoning_tokens: 200 },
      },
      usd: '0.001318',
    },
    // 1,000 × 2 + 4,000 × 0.50 + 100 × 6 = 2,000 + 2,000 + 600
    { model: 'grok-4.6', usage: tokens(5000, 100, cached(4000)), usd: '0.0046' },
    // Above 200,000: 210,000 × 4 + 1,000 × 12 = 840,000 + 12,000
    { model: 'grok-4.6', usage: tokens(210_000, 1000), usd: '0.852' },
  ],
  // https://groq.com/pricing
  groq: [
    // 18 × 0.15 + 556 × 0.60 = 2.7 + 333.6
    { model: 'openai/gpt-oss-120b', usage: tokens(18, 556), tier: 'on_demand', usd: '0.0003363' },
    // 33 × 0.15 + 4,608 × 0.075 + 1,817 × 0.60 = 4.95 + 345.6 + 1,090.2
    { model: 'openai/gpt-oss-120b', usage: tokens(4641, 1817, cached(4608)), usd: '0.00144075' },
    // 1,000 × 0.075 + 1,000 × 0.30 = 75 + 300
    { model: 'openai/gpt-oss-20b', usage: tokens(1000, 1000), usd: '0.000375' },
  ],
  // https://cohere.com/pricing; billed_units is what counts
  cohere: [
    // 5 × 2.50 + 418 × 10 = 12.5 + 4,180
    {
      model: 'command-a-03-2025',
      usage: {
        billed_units: { input_tokens: 5, output_tokens: 418 },
        tokens: { input_tokens: 71, output_tokens: 418 },
      },
      usd: '0.0041925',
    },
    // 64 × 0.0375 + 2 × 0.15 = 2.4 + 0.3
    { model: 'command-r7b-12-2024', usage: { billed_units: { input_tokens: 64, output_tokens: 2 } }, usd: '0.0000027' },
    // 1,000 × 2.50 + 200 × 10 = 2,500 + 2,000
    { model: 'command-a-03-2025', usage: { billed_units: { input_tokens: 1000, output_tokens: 200 } }, usd: '0.0045' },
  ],
};
