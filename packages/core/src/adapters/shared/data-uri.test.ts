import { describe, expect, it } from 'vitest';
import { dataUri, parseDataUri, sourceOfUrl } from './data-uri.ts';

describe('a data URI', () => {
  it.each([
    ['data:image/png;base64,AAAA', { mediaType: 'image/png', data: 'AAAA' }],
    ['DATA:Image/PNG;charset=utf-8;BASE64,AA,A', { mediaType: 'image/png', data: 'AA,A' }],
    ['data:;base64,AAAA', { mediaType: '', data: 'AAAA' }],
    ['data:text/plain,hello', undefined],
    ['data:image/png;base64', undefined],
    ['https://example.com/a.png', undefined],
  ])('%s', (uri, expected) => {
    expect(parseDataUri(uri)).toEqual(expected);
  });
  it('is the same again', () => {
    expect(parseDataUri(dataUri('image/png', 'AAAA'))).toEqual({ mediaType: 'image/png', data: 'AAAA' });
  });
  it('is a base64 source; anything else is a URL', () => {
    expect(sourceOfUrl('data:;base64,AAAA', 'image/png')).toEqual({
      kind: 'base64',
      data: 'AAAA',
      mediaType: 'image/png',
    });
    expect(sourceOfUrl('https://example.com/a.png', 'image/png')).toEqual({
      kind: 'url',
      url: 'https://example.com/a.png',
    });
  });
});
