/** Forms of operations that are no wire format's own: what a row names in `families`. */
const FAMILY_NAMES = ['gemini-embeddings', 'nomic-embeddings', 'rerank', 'tei-rerank', 'voyage'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];
