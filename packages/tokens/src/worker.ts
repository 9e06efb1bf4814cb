import { parentPort } from 'node:worker_threads';
import { piecesOf } from './pieces.ts';
import { type Counting, load, type Vocabulary } from './providers/vocabularies.ts';

/** What the thread is asked. */
export interface Question {
  readonly text: string;
  readonly vocabulary: Vocabulary;
}

/** And what it answers, one answer to each question. */
export type Answer = { readonly tokens: number } | { readonly error: string };

const loaded = new Map<Vocabulary, Promise<Counting>>();

async function answer({ text, vocabulary }: Question): Promise<Answer> {
  try {
    const loading = loaded.get(vocabulary) ?? load(vocabulary);
    loaded.set(vocabulary, loading);
    const count = await loading;
    let tokens = 0;
    for (const piece of piecesOf(text)) tokens += count(piece);
    return { tokens };
  } catch (error) {
    return { error: String(error) };
  }
}

parentPort?.on('message', (question: Question) => {
  void answer(question).then((told) => parentPort?.postMessage(told));
});
