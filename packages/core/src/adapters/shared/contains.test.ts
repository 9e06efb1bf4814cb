import { expect, it } from 'vitest';
import { holdsAny } from './contains.ts';

const holds = (text: string): boolean => holdsAny(text, ['"new_content"', '"old_details"'], ['_conte', '_detai']);

it('finds any of the marks wherever it stands, and is not content with a piece', () => {
  expect(holds('{"new_content":1}')).toBe(true);
  expect(holds('[{"file_content":"ä"},"old_details"')).toBe(true);
  expect(holds('{"file_content":1,"new_details":1}')).toBe(false);
  expect(holds('')).toBe(false);
});
