import { invalid, needArray, needObject, needString } from '../anthropic-messages/check.ts';
import type { Json } from '../shared/read.ts';
import { memberOf } from './wire.ts';

export { invalid, needArray, needObject, needString } from '../anthropic-messages/check.ts';

function needUse(value: unknown, path: string): void {
  const use = needObject(value, path);
  needString(use.toolUseId, `${path}.toolUseId`);
  needString(use.name, `${path}.name`);
}

function needResult(value: unknown, path: string): void {
  const result = needObject(value, path);
  needString(result.toolUseId, `${path}.toolUseId`);
  needArray(result.content, `${path}.content`).forEach(
    (piece, index) => void needBlock(piece, `${path}.content.${index}`),
  );
}

/** A content block of a request, checked as far as translation rests on it. */
export function needBlock(value: unknown, path: string): Json {
  const block = needObject(value, path);
  const [name, content] = memberOf(block);
  if (content === undefined) throw invalid(path, 'must hold a block of content');
  if (name === 'text') needString(content, `${path}.text`);
  else if (name === 'toolUse') needUse(content, `${path}.toolUse`);
  else if (name === 'toolResult') needResult(content, `${path}.toolResult`);
  else if (name !== 'json') needObject(content, `${path}.${name}`);
  return block;
}
