/**
 * Vendor names live in core's adapters/ and providers/, and in providers/ of credentials, models, policies, prices and tokens (and in sim, which plays vendors). Anywhere else their count is 0: in identifiers,
 * strings, templates, patterns and file names. Comments may name them. Names of wire formats count, so registries belong in adapters/index.ts.
 */
import ts from 'typescript';
import { has } from './lib.mjs';
import { eachNode, parse, place, sourceFiles } from './sources.mjs';

// testing/ is tests that are shipped: its cases speak wire formats, as a client does.
const home = /^packages\/((core|credentials|models|policies|prices|tokens)\/src\/(adapters|providers|testing)|sim)\//;

const vendors = new Set(
  `openai anthropic claude chatgpt gpt gemini google goog vertex palm azure bedrock amazon aws sagemaker cohere mistral groq deepseek xai grok
   ollama llama vllm qwen dashscope alibaba moonshot kimi zhipu minimax perplexity openrouter togetherai fireworksai huggingface nvidia databricks
   snowflake cloudflare watsonx ibm cerebras sambanova ai21 nebius novita friendli deepinfra replicate lmstudio volcengine baidu tencent`
    .split(/\s+/)
    .filter(Boolean),
);

// Ids of providers that are ordinary words as well: they say nothing about a vendor by themselves.
const ordinary = new Set(
  `auto baseten cache chat compact cursor custom docker featherless fireworks galadriel github hyperbolic human infinity lambda local manus meta
   morph nova openapi petals poe proxy replicate stability text together topaz triton v0 vector vercel voyage`.split(
    /\s+/,
  ),
);

for (const id of providerIds()) vendors.add(id);
for (const word of ordinary) vendors.delete(word);
const longest = Math.max(...[...vendors].map((name) => name.length));

const found = [];
const files = sourceFiles();
for (const file of files.filter((path) => !home.test(path))) {
  const named = vendorIn(file.replace(/^packages\//, ''));
  if (named) found.push(`${file}: the path names "${named}"`);
  const source = parse(file);
  eachNode(source, (node) => {
    const text = words(node);
    const name = text === undefined ? undefined : vendorIn(text);
    if (name) found.push(`${place(source, node)}: ${JSON.stringify(text.slice(0, 80))} names "${name}"`);
  });
}

for (const line of found) console.error(line);
console.log(
  `vendors: ${files.length} files, ${vendors.size} names, ${found.length} found outside of adapters/ and providers/`,
);
if (files.length === 0) console.error('saw 0 files');
process.exit(found.length > 0 || files.length === 0 ? 1 : 0);

function words(node) {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text;
  if (ts.isRegularExpressionLiteral(node)) return node.text;
  return undefined;
}

/** The first vendor that a run of whole words spells: openaiChat, OpenAIChat, open_ai and "openai-chat" all name openai. */
function vendorIn(text) {
  const parts = text.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.map((part) => part.toLowerCase()) ?? [];
  for (let start = 0; start < parts.length; start += 1) {
    let run = '';
    for (let end = start; end < parts.length && run.length < longest; end += 1) {
      run += parts[end];
      if (vendors.has(run)) return run;
    }
  }
  return undefined;
}

/** The keys of the tables that providers/catalog*.ts exports. */
function providerIds() {
  return sourceFiles()
    .filter((file) => /^packages\/core\/src\/providers\/catalog/.test(file) && has(file))
    .flatMap((file) => {
      const ids = [];
      for (const statement of parse(file).statements) {
        if (!ts.isVariableStatement(statement)) continue;
        if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
        for (const { initializer } of statement.declarationList.declarations) {
          const table = unwrap(initializer);
          if (!table || !ts.isObjectLiteralExpression(table)) continue;
          for (const { name } of table.properties)
            if (name && 'text' in name) ids.push(name.text.replace(/[^a-z0-9]/gi, '').toLowerCase());
        }
      }
      return ids;
    })
    .filter((id) => id.length > 2);
}

function unwrap(node) {
  let inner = node;
  while (inner && (ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner) || ts.isParenthesizedExpression(inner)))
    inner = inner.expression;
  return inner;
}
