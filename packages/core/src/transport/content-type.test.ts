import { describe, expect, it } from 'vitest';
import { guardContentType } from './content-type.ts';

describe('the content type of a request', () => {
  it.each([
    undefined,
    '',
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON ;charset=UTF-8',
    'application/vnd.api+json',
    'application/problem+json; a=b',
  ])('%s is taken', (type) => {
    expect(() => guardContentType(type)).not.toThrow();
  });

  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json+xml',
    'application/x-json',
    'json',
  ])('%s is refused', (type) => {
    expect(() => guardContentType(type)).toThrow(
      expect.objectContaining({ code: 'unsupported_content_type', status: 415 }) as Error,
    );
  });
});
