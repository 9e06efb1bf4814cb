/**
 * Core takes time, timers and randomness from its platform: outside of node/ and fetch/ nothing asks the machine for them. Biome forbids the
 * globals in the pure folders; this covers what it can't see (Math.random) and the rest of core.
 */
import ts from 'typescript';
import { eachNode, parse, place, sourceFiles } from './sources.mjs';

// testing/ is tests that are shipped: a manual clock still has to wait for the real event loop.
const platform = /^packages\/core\/src\/(node|fetch|testing)\//;
const clock = 'packages/core/src/kit/clock.ts';
const members = new Map([
  ['Math', ['random']],
  ['Date', ['now']],
  ['performance', ['now', 'timeOrigin']],
]);
const globals = new Set(['globalThis', 'self', 'setTimeout', 'setInterval', 'setImmediate', 'process', 'eval']);

const files = sourceFiles().filter((file) => file.startsWith('packages/core/src/') && !platform.test(file));
const found = [];
for (const file of files.filter((path) => path !== clock)) {
  const source = parse(file);
  eachNode(source, (node) => {
    const name = impure(node);
    if (name) found.push(`${place(source, node)}: ${name}: take it from the platform or the clock`);
  });
}

for (const line of found) console.error(line);
console.log(`purity: ${files.length} files, ${found.length} uses of the machine's own time, timers or randomness`);
if (files.length === 0) console.error('saw 0 files');
process.exit(found.length > 0 || files.length === 0 ? 1 : 0);

function impure(node) {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    if (members.get(node.expression.text)?.includes(node.name.text)) return `${node.expression.text}.${node.name.text}`;
  }
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression) && members.has(node.expression.text))
    return node.getText();
  if (
    ts.isNewExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Date' &&
    !node.arguments?.length
  ) {
    return 'new Date()';
  }
  if (ts.isIdentifier(node) && globals.has(node.text) && isReference(node)) return node.text;
  return undefined;
}

/** A use of the global itself: not a member, a key, a type or a name declared here. */
function isReference(node) {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (parent.name === node || parent.propertyName === node) return false;
  return !ts.isTypeNode(parent) && !ts.isQualifiedName(parent);
}
