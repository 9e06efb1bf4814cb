import { expect, it } from 'vitest';
import { newId, requestId } from './id.ts';

const randomId = (bytes: number): string => 'ab'.repeat(bytes);

it('a request id is req_ and 24 hexadecimal digits', () => {
  expect(requestId(randomId)).toBe(`req_${'ab'.repeat(12)}`);
});

it('an id carries the prefix that it is given and 96 random bits', () => {
  expect(newId('chatcmpl-', randomId)).toMatch(/^chatcmpl-[0-9a-f]{24}$/);
});
