import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../kit/random.ts';
import { fit, fitObject } from './schema.ts';

const SCHEMAS: Record<string, object> = {
  flat: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      days: { type: 'integer', minimum: 2, maximum: 4 },
      exact: { type: 'boolean' },
      ratio: { type: 'number', exclusiveMinimum: 0 },
    },
    required: ['city', 'days'],
    additionalProperties: false,
  },
  nested: {
    type: 'object',
    properties: {
      list: {
        type: 'array',
        minItems: 2,
        items: { type: 'object', properties: { at: { type: 'string', minLength: 12 } }, required: ['at'] },
      },
    },
    required: ['list'],
  },
  choices: {
    type: 'object',
    properties: {
      unit: { enum: ['c', 'f'] },
      kind: { const: 'x' },
      maybe: { type: ['string', 'null'] },
      either: { anyOf: [{ type: 'null' }, { type: 'integer' }] },
    },
  },
  references: {
    $defs: { point: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] } },
    type: 'object',
    properties: { from: { $ref: '#/$defs/point' } },
    required: ['from'],
  },
  merged: {
    allOf: [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { properties: { b: { type: 'integer' } }, required: ['b'] },
    ],
  },
};

describe('arguments fit the schema', () => {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    it(`of ${name}`, () => {
      const validate = new Ajv({ strict: false }).compile(schema);
      for (let seed = 0; seed < 20; seed += 1)
        expect(validate(fit(schema, seededRandom(name, seed))), JSON.stringify(validate.errors)).toBe(true);
    });
  }

  it('of a schema that holds itself, and come to an end', () => {
    const tree = {
      type: 'object',
      properties: { value: { type: 'string' }, child: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
      required: ['value', 'child'],
    };
    const validate = new Ajv({ strict: false }).compile(tree);
    expect(validate(fit(tree, seededRandom('tree')))).toBe(true);
  });

  it('of a schema in Gemini’s upper-case types', () => {
    expect(
      fitObject(
        { type: 'OBJECT', properties: { n: { type: 'INTEGER' }, all: { type: 'ARRAY', items: { type: 'STRING' } } } },
        seededRandom(1),
      ),
    ).toEqual({
      n: expect.any(Number),
      all: [expect.any(String)],
    });
  });

  it('and are an empty object without one', () => {
    expect(fitObject(undefined, seededRandom(1))).toEqual({});
  });
});
