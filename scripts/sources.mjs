/** Reads the sources for checks that need the syntax tree: comments and JSDoc are no part of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { has, root } from './lib.mjs';

/** The sources of all packages, tests left out, as paths from the root with `/`. */
export function sourceFiles() {
  const rooms = readdirSync(join(root, 'packages')).filter((room) => has(`packages/${room}/src`));
  return rooms.flatMap((room) => walk(`packages/${room}/src`)).filter((file) => !/\.(test|type-test)\.ts$/.test(file));
}

function walk(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(path);
    return /\.[cm]?ts$/.test(entry.name) ? [path] : [];
  });
}

export function parse(file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
}

/** Calls `visit` for every node of the file. */
export function eachNode(source, visit) {
  const go = (node) => {
    visit(node);
    ts.forEachChild(node, go);
  };
  go(source);
}

/** `path:line:column` of a node. */
export function place(source, node) {
  const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return `${source.fileName}:${line + 1}:${character + 1}`;
}
