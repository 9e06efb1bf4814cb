import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpDate } from './retry-after.ts';

describe('an HTTP date, read without Date', () => {
  it('agrees with Date', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true }),
        (date) => {
          expect(httpDate(date.toUTCString())).toBe(Math.floor(date.getTime() / 1000));
        },
      ),
    );
  });
  it.each(['', 'soon', 'Wed, 21 Okt 2026 07:28:00 GMT', 'Wed, 21 anF 2026 07:28:00 GMT', '2026-10-21T07:28:00Z'])(
    'does not read %j',
    (value) => {
      expect(httpDate(value)).toBeUndefined();
    },
  );
});
