import { describe, expect, it } from 'vitest';
import { GuardError, UpstreamError } from '../kit/errors.ts';
import { transportFault, upstreamError } from './upstream-error.ts';

describe('upstreamError', () => {
  it('gives the words of a fault as they are: they were cleaned where they were read', () => {
    const words = 'The shard at https://shard.acme.corp refused org-abc123def456';
    const error = upstreamError({ kind: 'rejected', message: words, status: 422, code: words, type: words });
    expect(error).toMatchObject({ message: words, status: 422, upstreamCode: words, upstreamType: words });
  });

  it('gives an unknown model back in the words of the provider', () => {
    const error = upstreamError({ kind: 'model-not-found', message: 'model: claude-nope', status: 404 });
    expect(error).toMatchObject({ code: 'upstream_model_not_found', status: 404, message: 'model: claude-nope' });
    expect(error.hint).toBeUndefined();
  });

  it('keeps the words about the account for the operator', () => {
    const error = upstreamError({ kind: 'credentials', message: 'No such organization.', status: 404 });
    expect(error).toMatchObject({
      code: 'upstream_credentials',
      status: 502,
      hint: 'status 404: No such organization.',
    });
    expect(error.message).not.toContain('organization');
  });
});

describe('transportFault', () => {
  it('takes secrets and places out of what a transport threw', () => {
    const thrown = new UpstreamError(
      'upstream_unavailable',
      'connect to 10.1.2.3:443 with sk-proj-abcdefghijklmnopqrstuvwx1234',
    );
    expect(transportFault(thrown)).toEqual({
      kind: 'unavailable',
      message: expect.stringMatching(/^connect to \[address\] with \[redacted\]$/),
    });
  });

  it.each([new Error('a bug'), new GuardError('not this')])('throws on what is none of the transport: %s', (error) => {
    expect(() => transportFault(error)).toThrow(error);
  });
});
