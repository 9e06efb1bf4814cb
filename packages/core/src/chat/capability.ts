/** What a request may ask of a model that not every model can. `toolChoice`: to be made to call a tool. */
export const CAPABILITIES = [
  'vision',
  'audio',
  'video',
  'pdf',
  'tools',
  'toolChoice',
  'jsonSchema',
  'reasoning',
  'prefill',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** In words, for errors: what a model that lacks it does not take. */
export const CAPABILITY_WORDS: Readonly<Record<Capability, string>> = {
  vision: 'images',
  audio: 'audio',
  video: 'video',
  pdf: 'PDF files',
  tools: 'tools',
  toolChoice: 'a tool choice that makes it call one',
  jsonSchema: 'a JSON schema for its answer',
  reasoning: 'reasoning options',
  prefill: 'the beginning of its answer',
};
