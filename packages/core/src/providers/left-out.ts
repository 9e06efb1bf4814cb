/** What has no row. */
export interface LeftOut {
  readonly id: string;
  /** Further ids that the same reason is for, as other gateways spell them. */
  readonly covers?: readonly string[];
  readonly name: string;
  readonly reason: string;
}

/**
 * Providers of language models, audio or images that have no row, with the reason: `docs/providers.md` tells it. Those that speak a format of ours can be
 * given as a row of one's own where a key or a token is at hand.
 */
export const LEFT_OUT: readonly LeftOut[] = [
  { id: 'charity_engine', name: 'Charity Engine', reason: 'no public documentation of its chat API was found' },
  { id: 'pinstripes', name: 'Pinstripes', reason: 'no public documentation of its API was found' },
  {
    id: 'lambda_ai',
    name: 'Lambda Inference API',
    reason: 'the vendor has announced its end: https://lambda.ai/inference',
  },
  {
    id: 'nadir',
    name: 'Nadir',
    reason: 'its router chooses the model itself, so that the model that was authorised says nothing',
  },
  {
    id: 'github_copilot',
    name: 'GitHub Copilot',
    reason:
      'its chat API is not documented, and its tokens are for the apps of editors: a row of your own with the token of `deviceLogin()` of @postern/credentials/oauth',
  },
  {
    id: 'chatgpt',
    name: 'ChatGPT subscription',
    reason: 'no API key: a login by OAuth device flow, and a format that is not among ours',
  },
  {
    id: 'replicate-chat',
    name: 'Replicate, language models',
    reason:
      'its models take prompts by schemas of their own, so that no conversation maps to all of them, and their streams stand at addresses in the answer, of which Postern dials none; its images: `replicate`',
  },
  {
    id: 'nlp_cloud',
    name: 'NLP Cloud',
    reason: 'a format of its own: one input and a history of pairs, without roles, tools and usage',
  },
  {
    id: 'petals',
    name: 'Petals',
    reason:
      'a format of its own without authentication, on servers of volunteers; the public swarm is no longer kept up',
  },
  {
    id: 'langgraph',
    name: 'LangGraph server',
    reason: 'runs agents, not models: their state and threads have no form in a chat',
  },
  {
    id: 'langflow',
    name: 'Langflow',
    reason: 'runs flows, not models',
  },
  {
    id: 'manus',
    name: 'Manus',
    reason: 'tasks of an agent in the Responses format, not chats',
  },
  {
    id: 'oci-native',
    name: 'Oracle Cloud, native chat API',
    reason: 'a format of its own; the same models answer in ours: `oci`',
  },
  {
    id: 'sap-orchestration',
    name: 'SAP AI Core orchestration',
    reason: 'a format of its own around prompts and filters; deployments of models answer in ours: `sap`',
  },
  {
    id: 'sagemaker-invocations',
    covers: ['sagemaker_chat', 'sagemaker_nova'],
    name: 'SageMaker /invocations',
    reason: 'each container has its own format; the OpenAI-compatible path of the same endpoints: `sagemaker`',
  },
  {
    id: 'watsonx_text',
    name: 'watsonx.ai text generation',
    reason: 'prompts without roles; chats: `watsonx`',
  },
  {
    id: 'text-completion',
    covers: ['azure_text', 'anthropic_text'],
    name: 'Legacy completions of Azure and Anthropic',
    reason: 'prompts without roles, for models that the vendors have ended',
  },
  {
    id: 'vllm-in-process',
    covers: ['vllm'],
    name: 'vLLM inside the process',
    reason: 'a Python library; its server: `hosted_vllm`',
  },
  {
    id: 'triton-generate',
    name: 'Triton /generate and /infer',
    reason: 'tensors and prompts of each model; its OpenAI frontend: `triton`',
  },
  {
    id: 'gdc',
    name: 'Google Distributed Cloud',
    reason:
      'no public documentation of how its Gemini endpoint is addressed was found; a row of your own with format gemini',
  },
  {
    id: 'soniox',
    name: 'Soniox',
    reason:
      'keeps audio and transcript until they are deleted by two more calls; one that fails would cost the transcript or leave the audio there',
  },
  {
    id: 'topaz',
    name: 'Topaz Labs',
    reason: 'answers with the bytes of an image, where answers about images are JSON',
  },
  {
    id: 'nvidia_riva',
    name: 'NVIDIA Riva',
    reason: 'gRPC only',
  },
  {
    id: 'search',
    covers: [
      ...['search:perplexity', 'search:tavily', 'search:parallel_ai', 'search:exa_ai', 'search:brave'],
      ...['search:google_pse', 'search:dataforseo', 'search:firecrawl', 'search:fastcrw', 'search:searxng'],
      ...['search:linkup', 'search:duckduckgo', 'search:searchapi', 'search:serper', 'search:you_com'],
      ...['search:apiserpent', 'search:tinyfish', 'search:agentcore', 'search:nimble', 'search:bing_grounding'],
    ],
    name: 'APIs of web search (Tavily, Exa, Brave …)',
    reason: 'no models; their paths can be opened by `passThrough`',
  },
  {
    id: 'documents',
    covers: ['reducto', 'aws_textract', 'azure_ai/doc-intelligence'],
    name: 'Reading of documents (Reducto, Textract, Document Intelligence)',
    reason: 'forms of their own with no counterpart among the operations; their paths can be opened by `passThrough`',
  },
  {
    id: 'batch-speech',
    covers: ['transcribe', 'azure_speech'],
    name: 'Amazon Transcribe, Azure AI Speech',
    reason:
      'jobs on files in the cloud’s own storage, or SSML and voices by region; models of speech of the same clouds: `azure`, `aws_polly`',
  },
  {
    id: 'runwayml-speech',
    name: 'Runway, speech',
    reason:
      'its tasks answer with the address of the audio, where speech is bytes, and Postern dials no address out of an answer; its images: `runwayml`',
  },
  {
    id: 'edenai-audio',
    name: 'Eden AI, audio',
    reason:
      'a form of its own for each feature, and transcripts as jobs on files that were uploaded before; its chats, embeddings and images: `edenai`',
  },
  {
    id: 'cloud-jobs',
    name: 'Batches and tuning of Vertex AI and Bedrock',
    reason:
      'jobs on data in the cloud’s own storage, in forms of their own; their paths can be opened by `passThrough`. Those of Azure have OpenAI’s form: `resources`',
  },
  {
    id: 'vector-stores',
    covers: ['milvus', 'pg_vector', 's3_vectors', 'valkey', 'mongodb'],
    name: 'Vector stores (Milvus, pgvector, S3 Vectors, Valkey, MongoDB)',
    reason: 'databases, not models',
  },
  {
    id: 'sandboxes',
    covers: ['sandbox:e2b', 'sandbox:opensandbox'],
    name: 'Sandboxes (E2B, OpenSandbox)',
    reason: 'run code, not models',
  },
  {
    id: 'prompt-management',
    covers: ['langfuse', 'humanloop', 'dotprompt'],
    name: 'Management of prompts (Langfuse, Humanloop, Dotprompt)',
    reason: 'keep prompts, serve no models',
  },
  {
    id: 'agents',
    covers: [
      ...['a2a', 'a2a_agent', 'litellm_agent', 'pydantic_ai_agents'],
      ...['azure_ai/agents', 'vertex_ai/agent_engine', 'cursor'],
    ],
    name: 'Agents (A2A, Foundry Agents, Agent Engine, Pydantic AI, Cursor)',
    reason: 'run agents, not models: their state and tasks have no form in a chat',
  },
  {
    id: 'deciders',
    covers: ['typesafe', 'strands_decider', 'auto_router'],
    name: 'Deciders and routers (TypeSafe, Strands Decider)',
    reason: 'judge or choose, serve no models; models are chosen by `models` of the configuration',
  },
  {
    id: 'custom',
    name: 'A server of one’s own with a form of its own',
    reason: 'a row of your own, where it speaks one of the formats',
  },
];
