/**
 * Providers of language models, audio or images that have no row, with the reason: `docs/providers.md` tells it. Those that speak a format of ours can be
 * given as a row of one's own where a key or a token is at hand.
 */
export const LEFT_OUT: readonly { readonly id: string; readonly name: string; readonly reason: string }[] = [
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
    name: 'Legacy completions (`text-completion-openai`, `azure_text`, `anthropic_text`)',
    reason: 'prompts without roles; the vendors have ended or frozen them',
  },
  {
    id: 'fim',
    name: 'Fill in the middle (`text-completion-codestral`, `text-completion-inception`)',
    reason: 'no chat: a prompt and a suffix',
  },
  {
    id: 'vllm-in-process',
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
];
