import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  CountTokensCommand,
  type Message,
  type TokenUsage,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import {
  CITY_SCHEMA,
  CLIENTS_KEY,
  type Client,
  MAX_TOKENS,
  type Question,
  REASONING_BUDGET,
  TOOL,
  TOOL_RESULT,
  type Told,
  type ToolTurns,
} from './client.ts';

const toolConfig: ConverseCommandInput['toolConfig'] = {
  tools: [{ toolSpec: { name: TOOL.name, description: TOOL.description, inputSchema: { json: TOOL.parameters } } }],
};
/** The exceptions that the SDK knows by the status. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  404: 'ResourceNotFoundException',
  429: 'ThrottlingException',
  502: 'InternalServerException',
};

/**
 * `@aws-sdk/client-bedrock-runtime` with a Bedrock API key and an endpoint of one's own. By default it speaks HTTP/2 to it, which a server of `node:http`
 * does not; and it repeats by itself whatever the headers say, so it is told to ask once.
 */
export function awsClient(url: string): Client {
  const clientOf = ({ key = CLIENTS_KEY }: { readonly key?: string } = {}) =>
    new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: url,
      token: { token: key },
      authSchemePreference: ['httpBearerAuth'],
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
    });
  return {
    format: 'bedrock-converse',
    ask: async (question) => told(await complete(clientOf(question), question, [user(question)])),
    useTool: (question) => useTool(clientOf(question), question),
    structured: async (question) => {
      const jsonSchema = { schema: JSON.stringify(CITY_SCHEMA), name: 'city' };
      const outputConfig = { textFormat: { type: 'json_schema' as const, structure: { jsonSchema } } };
      return JSON.parse(told(await complete(clientOf(), question, [user(question)], { outputConfig })).text);
    },
    knows: (error, status) =>
      error instanceof BedrockRuntimeServiceException &&
      error.$metadata.httpStatusCode === status &&
      error.name === ERRORS[status],
    countTokens: async (model, prompt) => {
      const messages: Message[] = [{ role: 'user', content: [{ text: prompt }] }];
      const command = new CountTokensCommand({ modelId: model, input: { converse: { messages } } });
      return (await clientOf().send(command)).inputTokens ?? 0;
    },
  };
}

interface Completed {
  readonly content: readonly ContentBlock[];
  readonly usage: TokenUsage | undefined;
  readonly stop: string | undefined;
  readonly pieces: number;
}

async function complete(
  client: BedrockRuntimeClient,
  question: Question,
  messages: Message[],
  more: Partial<ConverseCommandInput> = {},
): Promise<Completed> {
  const { model, stream, signal } = question;
  const thinking = { thinking: { type: 'enabled', budget_tokens: REASONING_BUDGET } };
  const input: ConverseCommandInput = {
    modelId: model,
    messages,
    inferenceConfig: { maxTokens: MAX_TOKENS },
    ...(question.reasoning ? { additionalModelRequestFields: thinking } : {}),
    ...more,
  };
  const options = signal === undefined ? {} : { abortSignal: signal };
  if (stream) return gathered(client, input, question, options);
  const { output, usage, stopReason } = await client.send(new ConverseCommand(input), options);
  return { content: output?.message?.content ?? [], usage, stop: stopReason, pieces: 1 };
}

interface Block {
  text: string;
  thought: string;
  signature: string | undefined;
  sealed: Uint8Array | undefined;
  call: { toolUseId: string; name: string } | undefined;
  input: string;
}

async function gathered(
  client: BedrockRuntimeClient,
  input: ConverseCommandInput,
  { onText = () => {} }: Question,
  options: { readonly abortSignal?: AbortSignal },
): Promise<Completed> {
  const { stream } = await client.send(new ConverseStreamCommand(input), options);
  const blocks = new Map<number, Block>();
  const block = (index = 0): Block => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const fresh = { text: '', thought: '', signature: undefined, sealed: undefined, call: undefined, input: '' };
    blocks.set(index, fresh);
    return fresh;
  };
  let [usage, stop, pieces]: [TokenUsage | undefined, string | undefined, number] = [undefined, undefined, 0];
  for await (const { contentBlockStart, contentBlockDelta, messageStop, metadata } of stream ?? []) {
    const start = contentBlockStart?.start?.toolUse;
    if (start !== undefined)
      block(contentBlockStart?.contentBlockIndex).call = { toolUseId: start.toolUseId ?? '', name: start.name ?? '' };
    const delta = contentBlockDelta?.delta;
    const open = delta === undefined ? undefined : block(contentBlockDelta?.contentBlockIndex);
    if (open !== undefined && delta?.text !== undefined) {
      open.text += delta.text;
      pieces += 1;
      onText();
    }
    if (open !== undefined) {
      open.input += delta?.toolUse?.input ?? '';
      open.thought += delta?.reasoningContent?.text ?? '';
      open.signature ??= delta?.reasoningContent?.signature;
      open.sealed ??= delta?.reasoningContent?.redactedContent;
    }
    stop ??= messageStop?.stopReason;
    usage ??= metadata?.usage;
  }
  if (stop === undefined) throw new Error('the stream did not end');
  const content = [...blocks.entries()].sort(([a], [b]) => a - b).map(([, value]) => contentOf(value));
  return { content, usage, stop, pieces };
}

function contentOf({ text, thought, signature, sealed, call, input }: Block): ContentBlock {
  if (call !== undefined) return { toolUse: { ...call, input: JSON.parse(input === '' ? '{}' : input) } };
  if (sealed !== undefined) return { reasoningContent: { redactedContent: sealed } };
  return thought === '' && signature === undefined
    ? { text }
    : { reasoningContent: { reasoningText: { text: thought, signature } } };
}

function told({ content, usage, pieces }: Completed): Told {
  const thoughts = content.flatMap(({ reasoningContent }) =>
    reasoningContent?.reasoningText === undefined ? [] : [reasoningContent.reasoningText.text ?? ''],
  );
  return {
    text: content.map(({ text = '' }) => text).join(''),
    pieces,
    reasoning: thoughts.length === 0 ? undefined : thoughts.join(''),
    usage: usage === undefined ? undefined : { input: usage.inputTokens ?? 0, output: usage.outputTokens ?? 0 },
  };
}

function user({ prompt, image }: Question): Message {
  const shown: ContentBlock[] =
    image === undefined ? [] : [{ image: { format: 'png', source: { bytes: Buffer.from(image, 'base64') } } }];
  return { role: 'user', content: [...shown, { text: prompt }] };
}

async function useTool(client: BedrockRuntimeClient, question: Question): Promise<ToolTurns> {
  const { content, stop } = await complete(client, question, [user(question)], { toolConfig });
  const use = content.find(({ toolUse }) => toolUse !== undefined)?.toolUse;
  if (stop !== 'tool_use' || use === undefined) throw new Error('no tool use');
  const turn: Message[] = [
    user(question),
    { role: 'assistant', content: [...content] },
    { role: 'user', content: [{ toolResult: { toolUseId: use.toolUseId, content: [{ text: TOOL_RESULT }] } }] },
  ];
  const answer = told(await complete(client, question, turn, { toolConfig }));
  return { name: use.name ?? '', input: use.input, answer: answer.text };
}
