import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpDate, retryAfter } from './retry-after.ts';

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
  // The three examples of RFC 9110 §5.6.7 are one moment.
  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads %j',
    (value) => {
      expect(httpDate(value)).toBe(784_111_777);
    },
  );
  it('takes a year of two digits for one of this century before 70', () => {
    expect(httpDate('Wednesday, 21-Oct-26 07:28:00 GMT')).toBe(httpDate('Wed, 21 Oct 2026 07:28:00 GMT'));
  });
  it.each(['', 'soon', 'Wed, 21 Okt 2026 07:28:00 GMT', 'Wed, 21 anF 2026 07:28:00 GMT', '2026-10-21T07:28:00Z'])(
    'does not read %j',
    (value) => {
      expect(httpDate(value)).toBeUndefined();
    },
  );
});

describe('when a provider wants to be asked again', () => {
  const waitIn = (headers: Readonly<Record<string, string>>) => retryAfter((name) => headers[name]);
  const used = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '3s' };

  it('is what a limit says that is used up, where Retry-After can not be read', () => {
    expect(waitIn({ 'retry-after': 'soon', ...used })).toBe(3);
  });
  it('is not said by no time at all, so that there is a wait of ours', () => {
    expect([waitIn({ 'retry-after': '0' }), waitIn({ 'retry-after-ms': '0' })]).toEqual([undefined, undefined]);
    expect(waitIn({ 'retry-after': '0', ...used })).toBe(3);
  });
  it('is a date against that of the answer', () => {
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
    expect(waitIn({ date, 'retry-after': 'Sun Nov  6 08:49:42 1994' })).toBe(5);
    expect(waitIn({ date, 'retry-after': date })).toBeUndefined();
  });
});
