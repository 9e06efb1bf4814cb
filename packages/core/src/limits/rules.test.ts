import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitSettings } from '../config/limit-settings.ts';
import type { ScopeKind } from '../config/limit-types.ts';
import { LimitRules } from './rules.ts';

const KINDS: readonly ScopeKind[] = ['caller', 'user', 'team', 'organisation', 'endUser'];

/** The scope that a limit of this kind counts for somebody of this id, of all models together or of one. */
function scopeFor(kind: ScopeKind, id: string, model?: string): string | undefined {
  const limit = { scope: kind, counts: 'requests', max: 1, ...(model === undefined ? {} : { model: '*' }) } as const;
  const caller = kind === 'caller' ? { id } : { id: '-', [kind]: id };
  const asked = model === undefined ? { caller } : { caller, model };
  return new LimitRules(limitSettings([limit])).ofRequest(asked, 0)[0]?.scope;
}

describe('the scopes of limits', () => {
  it('are written as they always were for ordinary names', () => {
    expect(scopeFor('user', 'Ann Lee <ann@host:8080/50%>', 'openai/gpt-5.4:latest')).toBe(
      'user:Ann Lee <ann@host:8080/50%> model:openai/gpt-5.4:latest',
    );
    expect(scopeFor('team', 'model: red')).toBe('team:model: red');
  });

  it('of somebody whose id reads like a model of somebody else are others than those', () => {
    expect(scopeFor('caller', 'a model:b')).not.toBe(scopeFor('caller', 'a', 'b'));
    expect(scopeFor('caller', 'a model:b', 'c')).not.toBe(scopeFor('caller', 'a', 'b model:c'));
  });

  it('never are one of two that differ in kind, id or model', () => {
    const piece = fc.constantFrom(
      ' model:',
      ' %model:',
      ' %%model:',
      ' mod',
      'el:',
      ' ',
      '%',
      ':',
      'a',
      'caller:',
      'user:',
    );
    const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    const scope = fc.tuple(fc.constantFrom(...KINDS), text, fc.option(text, { nil: undefined }));
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        const same = one.every((part, index) => part === other[index]);
        expect(scopeFor(...one) === scopeFor(...other)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });
});
