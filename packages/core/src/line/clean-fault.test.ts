import { describe, expect, it } from 'vitest';
import { cleanFault } from './clean-fault.ts';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('cleanFault', () => {
  it('takes the key of the call out of every text, whatever it looks like', () => {
    const told = 'no such token: correct-horse-battery';
    const fault = { kind: 'rejected', message: told, code: told, type: told, param: told, status: 400 } as const;
    const clean = cleanFault(fault, bearer('correct-horse-battery'));
    expect(JSON.stringify(clean)).not.toContain('horse');
    expect(clean).toMatchObject({ kind: 'rejected', status: 400, message: expect.stringContaining('no such token') });
  });

  it('takes out keys of others by their shape', () => {
    const { message } = cleanFault(
      { kind: 'unavailable', message: 'shard refused sk-proj-abcdefghijklmnopqrstuvwx1234' },
      bearer('other-key'),
    );
    expect(message).toBe('shard refused [redacted]');
  });

  it('leaves the words when the key is a placeholder, or there is none', () => {
    const fault = { kind: 'rejected', message: 'the prompt is EMPTY' } as const;
    expect(cleanFault(fault, bearer('EMPTY'))).toEqual(fault);
    expect(cleanFault(fault, {})).toEqual(fault);
  });
});
