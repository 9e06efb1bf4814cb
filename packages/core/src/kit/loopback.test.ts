import { describe, expect, it } from 'vitest';
import { isLoopbackAddress } from './loopback.ts';

describe('isLoopbackAddress', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.0',
    '127.255.255.255',
    '127.10.200.99',
    '::1',
    '::ffff:127.0.0.1',
    '::FFFF:127.8.9.10',
  ])('takes %s for this machine', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'localhost',
    '127.evil',
    '127.0.0.1.evil.test',
    'x127.0.0.1',
    '127.0.0',
    '127.0.0.256',
    '127.0.0.01',
    '127.0.0.1:80',
    ' 127.0.0.1',
    '127.0.0.1\n',
    '128.0.0.1',
    '10.127.0.0',
    '0.0.0.0',
    '::',
    '::2',
    '[::1]',
    '::1%lo',
    '::ffff:128.0.0.1',
    '::ffff:127.evil',
    '::fffe:127.0.0.1',
    '::127.0.0.1',
  ])('takes %j for another one', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });
});
