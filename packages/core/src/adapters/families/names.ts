/** Forms of operations that are no wire format's own: what a row names in `families`. */
export type FamilyName =
  | 'assemblyai'
  | 'black-forest-labs'
  | 'deepgram'
  | 'deepinfra-rerank'
  | 'elevenlabs'
  | 'fal'
  | 'gemini-embeddings'
  | 'gemini-images'
  | 'gemini-speech'
  | 'nomic-embeddings'
  | 'nvidia-rerank'
  | 'rerank'
  | 'runway'
  | 'stability'
  | 'tei-rerank'
  | 'voyage';
