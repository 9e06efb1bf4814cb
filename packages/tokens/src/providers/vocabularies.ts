/** What the vocabularies of models are called, and where they are read from. */
export type Vocabulary = 'o200k_base' | 'cl100k_base';

/** Models of the older vocabulary. Source: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py */
const OLDER = /(?:^|\/)(?:gpt-4(?![o.\d])|gpt-3\.5|gpt-35|text-embedding-(?:3|ada))/;

/** The vocabulary of a model. Any other vendor's is counted with the newer one, which is an estimate. */
export const vocabularyOf = (model: string): Vocabulary => (OLDER.test(model) ? 'cl100k_base' : 'o200k_base');

/** Counts the tokens of a text. */
export type Counting = (text: string) => number;

/** What looks like a control token in somebody's text is text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Reads a vocabulary: some megabytes, and a tenth of a second. */
export async function load(vocabulary: Vocabulary): Promise<Counting> {
  const { countTokens } =
    vocabulary === 'cl100k_base'
      ? await import('gpt-tokenizer/encoding/cl100k_base')
      : await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => countTokens(text, AS_TEXT);
}
