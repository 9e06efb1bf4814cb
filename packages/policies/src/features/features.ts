import type { PolicyRequest } from '@postern/core';
import { type Reading, read } from './reading.ts';
import { sampleOf } from './sample.ts';

/** What a request asks for, as far as it can be told without a model. */
export interface Features {
  /** `code`, `math`, `extraction`, `translation`, `summary` or `chat`; or a label of your own classifier. */
  readonly task: string;
  /** ISO 639-1; `und`: nothing tells. */
  readonly language: string;
  /** Tools that it brings along. */
  readonly tools: number;
  readonly images: number;
  /** Tokens of the prompt, estimated. */
  readonly length: number;
  /** Turns of the user. */
  readonly turns: number;
  /** Is the answer to be JSON? */
  readonly json: boolean;
  /** How much thought it asks for: 0, not said, to 3, asked for in so many words. */
  readonly reasoning: 0 | 1 | 2 | 3;
}

const NOTHING: Reading = { task: 'chat', language: 'und', demanding: 0, json: false };

/** The features of a request, and the text that they were read from. */
export function featuresOf(request: PolicyRequest): { readonly features: Features; readonly text: string } {
  const chat = request.chat();
  const sample = chat === undefined ? undefined : sampleOf(chat);
  const reading = sample === undefined ? NOTHING : read(sample.text, sample.own);
  const format = chat?.responseFormat?.type;
  const features: Features = {
    task: reading.task,
    language: reading.language,
    tools: chat?.tools?.length ?? 0,
    images: sample?.images ?? 0,
    length: request.input,
    turns: sample?.turns ?? 0,
    json: format === 'json' || format === 'json-schema' || reading.json,
    reasoning: request.reasoning ? 3 : demandOf(reading),
  };
  return { features, text: sample?.text ?? '' };
}

function demandOf({ demanding, task }: Reading): Features['reasoning'] {
  const points = demanding + (task === 'math' ? 1 : 0);
  if (points >= 2) return 2;
  return points === 1 ? 1 : 0;
}
