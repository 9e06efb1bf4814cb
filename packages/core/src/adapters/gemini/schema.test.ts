import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromOpenApi, toGemini } from './schema.ts';

/** https://ai.google.dev/gemini-api/docs/structured-output#json-schema-support */
describe('a JSON Schema for the API (case 67)', () => {
  it.each([
    ['a reference alone', { $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }],
    [
      'a reference with a description',
      { $ref: '#/$defs/a', description: 'd' },
      { description: 'd', anyOf: [{ $ref: '#/$defs/a' }] },
    ],
    ['a constant', { const: 'a' }, { enum: ['a'] }],
    [
      'a property that is called const',
      { type: 'object', properties: { const: { const: 1 } } },
      { type: 'object', properties: { const: { enum: [1] } } },
    ],
    [
      'an allOf of one',
      { description: 'd', allOf: [{ $ref: '#/$defs/a' }] },
      { description: 'd', anyOf: [{ $ref: '#/$defs/a' }] },
    ],
    [
      'an allOf that says more',
      { allOf: [{ type: 'string' }, { minLength: 1 }] },
      { allOf: [{ type: 'string' }, { minLength: 1 }] },
    ],
    [
      'an allOf that contradicts',
      { type: 'object', allOf: [{ type: 'string' }] },
      { type: 'object', allOf: [{ type: 'string' }] },
    ],
    [
      'everything nested',
      { anyOf: [{ items: { const: 2 } }], $defs: { a: { const: 'b' } }, additionalProperties: false },
      { anyOf: [{ items: { enum: [2] } }], $defs: { a: { enum: ['b'] } }, additionalProperties: false },
    ],
  ])('has %s in its own words', (_, schema, expected) => {
    expect(toGemini(schema)).toEqual(expected);
  });

  it('is left as it is where nothing has to be said otherwise', () => {
    const leaf = fc.record(
      {
        type: fc.constantFrom('string', 'number'),
        description: fc.string(),
        enum: fc.array(fc.string(), { maxLength: 2 }),
      },
      { requiredKeys: ['type'] },
    );
    const schema = fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.string(), leaf),
      required: fc.array(fc.string()),
      additionalProperties: fc.boolean(),
      $defs: fc.dictionary(fc.string(), leaf),
    });
    fc.assert(
      fc.property(schema, (given) => {
        expect(toGemini(given)).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('never changes the one it was given', () => {
    const schema = Object.freeze({ const: 'a', properties: Object.freeze({ a: Object.freeze({ const: 1 }) }) });
    toGemini(schema);
    expect(schema).toEqual({ const: 'a', properties: { a: { const: 1 } } });
  });
});

/** https://ai.google.dev/api/caching#Schema */
describe('a schema of the OpenAPI subset as JSON Schema', () => {
  it.each([
    [{ type: 'STRING' }, { type: 'string' }],
    [{ type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [
      { type: 'INTEGER', nullable: false, format: 'int32', minimum: 1, maximum: 2 },
      { type: 'integer', format: 'int32', minimum: 1, maximum: 2 },
    ],
    [
      { nullable: true, anyOf: [{ type: 'NUMBER' }] },
      { nullable: true, anyOf: [{ type: 'number' }] },
    ],
    [
      { type: 'STRING', min_length: '1', maxLength: '20', pattern: '^a', example: 'ab' },
      { type: 'string', minLength: 1, maxLength: 20, pattern: '^a', examples: ['ab'] },
    ],
    [
      { type: 'ARRAY', items: { type: 'BOOLEAN' }, maxItems: 'many' },
      { type: 'array', items: { type: 'boolean' }, maxItems: 'many' },
    ],
    [
      {
        type: 'OBJECT',
        properties: { type: { type: 'STRING' }, any_of: { type: 'NULL' } },
        property_ordering: ['type'],
      },
      {
        type: 'object',
        properties: { type: { type: 'string' }, any_of: { type: 'null' } },
        propertyOrdering: ['type'],
      },
    ],
    [
      { type: 'TYPE_UNSPECIFIED', default: { STRING: 1 } },
      { type: 'TYPE_UNSPECIFIED', default: { STRING: 1 } },
    ],
  ])('%j is %j', (schema, expected) => {
    expect(fromOpenApi(schema)).toEqual(expected);
  });
});
