import { expect, it } from 'vitest';
import { createSigner } from './signature.ts';

const signer = createSigner(7);
const signature = signer.sign('thinking', 'a thought', 'nonce');

it('a signature holds for its own content and purpose only', () => {
  expect(signer.verify('thinking', 'a thought', signature)).toBe(true);
  expect(signer.verify('thinking', 'a thought ', signature)).toBe(false);
  expect(signer.verify('other', 'a thought', signature)).toBe(false);
});

it('a signature is compared byte by byte, so another spelling of the same base64 is refused', () => {
  expect(signer.verify('thinking', 'a thought', signature.replaceAll('+', '-').replaceAll('/', '_'))).toBe(
    !/[+/]/.test(signature),
  );
  expect(signer.verify('thinking', 'a thought', `${signature} `)).toBe(false);
  expect(signer.verify('thinking', 'a thought', '')).toBe(false);
});

it('another seed is a stranger', () => {
  expect(createSigner(8).verify('thinking', 'a thought', signature)).toBe(false);
});
