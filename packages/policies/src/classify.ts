import type { PolicyRequest } from '@postern/core';
import type { ClassifyRequest, PolicyOptions } from './options.ts';
import type { View } from './view.ts';

/** What became of asking a classifier. */
export type Classified = Pick<View, 'task' | 'classifier'>;

/** Characters of a label: it stands in records, and is no content. */
const LONGEST = 64;

/** Asks a classifier of the host's, for so many milliseconds. Never rejects: the task is then what the words say. */
export function classified(
  classify: NonNullable<PolicyOptions['classify']>,
  asked: ClassifyRequest,
  within: number,
  after: PolicyRequest['after'],
): Classified | Promise<Classified> {
  const { task } = asked.features;
  const failed: Classified = { task, classifier: 'failed' };
  const read = (label: unknown): Classified =>
    typeof label === 'string' && label !== '' && label.length <= LONGEST ? { task: label, classifier: 'said' } : failed;
  let answer: unknown;
  try {
    answer = classify(asked);
  } catch {
    return failed;
  }
  if (!isThenable(answer)) return read(answer);
  return new Promise((resolve) => {
    const stop = after(within, () => resolve({ task, classifier: 'too slow' }));
    const end = (said: Classified): void => {
      stop();
      resolve(said);
    };
    answer.then(
      (label) => end(read(label)),
      () => end(failed),
    );
  });
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
