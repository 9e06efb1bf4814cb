/** Forms of operations that are no wire format's own: what a row names in `families`. */
export type FamilyName =
  | 'assemblyai'
  | 'black-forest-labs'
  | 'deepgram'
  | 'elevenlabs'
  | 'fal'
  | 'gemini-embeddings'
  | 'gemini-images'
  | 'gemini-speech'
  | 'nomic-embeddings'
  | 'rerank'
  | 'runway'
  | 'stability'
  | 'tei-rerank'
  | 'voyage';
