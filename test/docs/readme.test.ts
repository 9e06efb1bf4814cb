import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const place = join(root, 'node_modules/.cache/readme');

/** What the samples take from the app around them. */
const AROUND: Readonly<Record<string, string>> = {
  app: 'declare const app: any;',
  config: "import type { GatewayConfig } from '@postern/core';\ndeclare const config: GatewayConfig;",
  fromEnvironment: "import { fromEnvironment } from '@postern/core';",
  gateway: "import type { Gateway } from '@postern/core';\ndeclare const gateway: Gateway;",
  llmGateway: "import { llmGateway } from '@postern/express';",
};

const samples = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
  ([, code = '']) => code,
);

/** The sample, with what it uses and does not make itself. */
function whole(code: string): string {
  const missing = Object.entries(AROUND).filter(
    ([name]) =>
      new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`(const ${name}\\b|import .*\\b${name}\\b)`).test(code),
  );
  // A host adds its user to the request by its own middleware, which no type here knows.
  const untyped = code
    .replaceAll('request.host.user', '(request.host as any).user')
    .replaceAll('(c) =>', '(c: any) =>');
  return `${missing.map(([, around]) => around).join('\n')}\n${untyped}\nexport {};\n`;
}

function typeErrors(): string {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const [index, code] of samples.entries()) writeFileSync(join(place, `sample-${index}.ts`), whole(code));
  const options = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', place], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

describe('the samples of the README', () => {
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it('compile', () => {
    expect(samples.length).toBeGreaterThan(5);
    expect(typeErrors()).toBe('');
  }, 60_000);
});
