import { anthropicMessages } from './formats/anthropic/format.ts';
import { bedrockConverse } from './formats/bedrock/format.ts';
import { cohere } from './formats/cohere/format.ts';
import type { Format, SimOperation } from './formats/format.ts';
import { gemini } from './formats/gemini/format.ts';
import { ollama } from './formats/ollama/format.ts';
import { openAiChat } from './formats/openai/format.ts';
import { openAiResponses } from './formats/responses/format.ts';

/** What a path stands for. */
export interface Route {
  readonly format: Format;
  readonly operation: SimOperation;
  /** The model, when the path names it. */
  readonly model: string | undefined;
}

type Rule = readonly [method: 'GET' | 'POST', path: RegExp, format: Format, operation: SimOperation];

/**
 * Any prefix may stand before these, as hosts have theirs (`/openai/v1`, `/api/paas/v4`, `/v1/projects/…/publishers/google`).
 * Azure: `/openai/deployments/{deployment}/chat/completions?api-version=`, where the deployment is the model,
 * https://learn.microsoft.com/azure/ai-services/openai/reference.
 */
const RULES: readonly Rule[] = [
  ['POST', /(?:^|\/deployments\/([^/]+))\/chat\/completions$|\/chat\/completions$/, openAiChat, 'chat'],
  ['POST', /(?:^|\/deployments\/([^/]+))\/embeddings$|\/embeddings$/, openAiChat, 'embeddings'],
  ['POST', /\/moderations$/, openAiChat, 'moderations'],
  ['POST', /(?:^|\/deployments\/([^/]+))\/images\/generations$|\/images\/generations$/, openAiChat, 'images'],
  ['POST', /(?:^|\/deployments\/([^/]+))\/images\/edits$|\/images\/edits$/, openAiChat, 'image-edits'],
  ['POST', /\/images\/variations$/, openAiChat, 'image-variations'],
  ['POST', /(?:^|\/deployments\/([^/]+))\/audio\/speech$|\/audio\/speech$/, openAiChat, 'speech'],
  [
    'POST',
    /(?:^|\/deployments\/([^/]+))\/audio\/transcriptions$|\/audio\/transcriptions$/,
    openAiChat,
    'transcriptions',
  ],
  ['POST', /(?:^|\/deployments\/([^/]+))\/audio\/translations$|\/audio\/translations$/, openAiChat, 'translations'],
  ['POST', /\/responses$/, openAiResponses, 'chat'],
  ['POST', /\/responses\/input_tokens$/, openAiResponses, 'count-tokens'],
  ['POST', /\/messages\/count_tokens$/, anthropicMessages, 'count-tokens'],
  ['POST', /\/messages$/, anthropicMessages, 'chat'],
  ['POST', /\/models\/([^/:]+):(?:generateContent|streamGenerateContent)$/, gemini, 'chat'],
  ['POST', /\/models\/([^/:]+):countTokens$/, gemini, 'count-tokens'],
  ['POST', /\/models\/([^/:]+):batchEmbedContents$/, gemini, 'embeddings'],
  ['POST', /\/v2\/chat$/, cohere, 'chat'],
  ['POST', /\/v2\/embed$/, cohere, 'embeddings'],
  ['POST', /\/v2\/rerank$/, cohere, 'rerank'],
  ['POST', /\/model\/([^/]+)\/converse(?:-stream)?$/, bedrockConverse, 'chat'],
  ['POST', /\/model\/([^/]+)\/count-tokens$/, bedrockConverse, 'count-tokens'],
  ['GET', /\/v1(?:beta|alpha)\/models$/, gemini, 'models'],
  ['POST', /\/api\/(?:chat|generate)$/, ollama, 'chat'],
  ['POST', /\/api\/embed$/, ollama, 'embeddings'],
  ['GET', /\/api\/tags$/, ollama, 'models'],
  ['GET', /\/models$/, openAiChat, 'models'],
];

/** The route of a request, or undefined. The list of models is Anthropic's when the request says so by its version header. */
export function routeOf(method: string, path: string, headers: Readonly<Record<string, string>>): Route | undefined {
  for (const [wanted, pattern, format, operation] of RULES) {
    const found = method === wanted ? pattern.exec(path) : null;
    if (found === null) continue;
    const anthropic = operation === 'models' && format === openAiChat && headers['anthropic-version'] !== undefined;
    return {
      format: anthropic ? anthropicMessages : format,
      operation,
      model: found[1] === undefined ? undefined : decodeURIComponent(found[1]),
    };
  }
  return undefined;
}
