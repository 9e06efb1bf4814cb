/**
 * docs/config.schema.json: the JSON Schema of the declarative part of the configuration, from core's own schema. `--check` writes nothing and
 * exits with 1 when the file on disk is not what would be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { importSource } from '../import-source.mjs';
import { root } from '../lib.mjs';

const target = join(root, 'docs/config.schema.json');

const { declarativeSchema } = await importSource('config/schema.ts');
const text = `${oneLineLists(JSON.stringify(document(), undefined, 2))}\n`;

if (!process.argv.includes('--check')) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  console.log('docs/config.schema.json: written');
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error('docs/config.schema.json is not what the schema says: run npm run gen');
  process.exit(1);
}

function document() {
  // Draft 7 is what editors and YAML language servers know best.
  const { $schema, ...rest } = z.toJSONSchema(declarativeSchema(), { target: 'draft-7', io: 'input' });
  return {
    $schema,
    title: 'Postern configuration',
    description: 'The declarative part. Identity, hooks, a store and a platform are code and stand beside it.',
    ...rest,
  };
}

/** Short lists of names on one line, as the formatter of this repository has them. */
function oneLineLists(json) {
  return json.replace(/^( *)(.*)\[\n([^[\]{}]*?)\n *\]/gm, (whole, indent, start, items) => {
    const line = `${indent}${start}[${items
      .trim()
      .split(/,\n\s*/)
      .join(', ')}]`;
    return line.length < 120 ? line : whole;
  });
}
