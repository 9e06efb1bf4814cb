/**
 * The import rule of core, as ARCHITECTURE.md draws it:
 *
 *   kit ← chat ← transport ← adapters ← config ← providers ← (router limits cost keys guard cache store) ← line ← in-process ← gateway ← index
 *
 * A room imports itself and what stands to its left. Rooms in the bracket don't import each other. fetch/, node/ and testing/ stand apart.
 */
const core = '^packages/core/src/';
const bracket = ['router', 'limits', 'cost', 'keys', 'guard', 'cache', 'store'];
const line = [
  ['kit'],
  ['chat'],
  ['transport'],
  ['adapters'],
  ['config'],
  ['providers'],
  bracket,
  ['line'],
  ['in-process'],
];
const rooms = line.flat();
const tests = '\\.(test|type-test)\\.ts$';

// Single files of rooms to the right that a room may name all the same: the ports Store and PriceBook are part of what a configuration is.
const ports = {
  config: [`${core}store/store\\.ts$`, `${core}store/journal\\.ts$`, `${core}cost/price\\.ts$`],
  limits: [`${core}store/store\\.ts$`],
  keys: [`${core}store/store\\.ts$`],
};

const folder = (names) => `${core}(${names.join('|')})/`;

const layers = line.flatMap((group, rank) =>
  group.map((room) => {
    const allowed = [...line.slice(0, rank).flat(), room];
    return {
      name: `layer-${room}`,
      comment: `core/src/${room} may import only: ${allowed.join(', ')}`,
      severity: 'error',
      from: { path: folder([room]), pathNot: tests },
      to: { path: core, pathNot: [folder(allowed), ...(ports[room] ?? [])] },
    };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'no-unknown-room',
      comment:
        'A folder or root file in core/src that has no place in the import rule. Give it one in .dependency-cruiser.cjs',
      severity: 'error',
      from: {
        path: core,
        pathNot: [
          folder([...rooms, 'fetch', 'node', 'testing']),
          `${core}(gateway|gateway-api|public|index|routing)\\.ts$`,
          tests,
        ],
      },
      to: {},
    },
    {
      name: 'gateway-below-index',
      comment:
        'gateway.ts joins the line; it knows neither the entries nor a platform (that is handed to it); of fetch/ only the façade',
      severity: 'error',
      from: { path: `${core}gateway(-api)?\\.ts$` },
      to: { path: core, pathNot: [folder(rooms), `${core}fetch/handle\\.ts$`, `${core}gateway-api\\.ts$`] },
    },
    {
      name: 'index-without-node',
      comment:
        'index.ts is the entry by the default condition, public.ts what both entries give: nothing in them may need Node',
      severity: 'error',
      from: { path: `${core}(public|index)\\.ts$` },
      to: { path: folder(['node', 'testing']) },
    },
    {
      name: 'fetch-stands-apart',
      comment: 'fetch/ is neutral: it imports the rooms and the gateway, not an entry and not node/',
      severity: 'error',
      from: { path: folder(['fetch']), pathNot: tests },
      to: { path: core, pathNot: [folder([...rooms, 'fetch']), `${core}gateway(-api)?\\.ts$`] },
    },
    {
      name: 'node-without-testing',
      comment: 'what is for tests stays out of what runs',
      severity: 'error',
      from: { path: folder(['node']), pathNot: tests },
      to: { path: folder(['testing']) },
    },
    {
      name: 'testing-on-public-types',
      comment: 'testing/ takes types from the public entry only, as a third party would; of values, only kit/clock',
      severity: 'error',
      from: { path: folder(['testing']), pathNot: tests },
      to: { path: core, pathNot: [folder(['testing']), `${core}(public|index)\\.ts$`, `${core}kit/clock\\.ts$`] },
    },
    {
      name: 'testing-without-values',
      comment: 'from the public entry testing/ takes types, no values',
      severity: 'error',
      from: { path: folder(['testing']), pathNot: tests },
      to: { path: `${core}(public|index)\\.ts$`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'testing-without-runner',
      comment: 'the conformance cases are data and import no test runner',
      severity: 'error',
      from: { path: folder(['testing']), pathNot: tests },
      to: { path: '(^|/)(vitest|@vitest|node:test)' },
    },
    {
      name: 'node-only-in-node',
      comment: 'Node modules belong in core/src/node, or core runs on Node only',
      severity: 'error',
      from: { path: core, pathNot: [folder(['node']), tests] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'undici-only-in-node',
      comment: 'one undici import brings the types of node:* back in silence',
      severity: 'error',
      from: { path: core, pathNot: [folder(['node']), tests] },
      to: { path: '(^|/)(undici|undici-types)(/|$)|^node:' },
    },
    {
      name: 'ws-behind-the-door',
      comment: 'ws is loaded with the first session: accept.ts and dial.ts are imported by import() only',
      severity: 'error',
      from: { path: core, pathNot: ['/node/sockets/(accept|dial)\\.ts$', tests] },
      to: { path: '(^|/)ws(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-packages',
      comment: 'core depends on undici, ws, zod and the data of packages/models, nothing else',
      severity: 'error',
      from: { path: core, pathNot: tests },
      to: {
        dependencyTypesNot: ['core', 'local', 'localmodule', 'type-only'],
        pathNot: ['node_modules/(undici|ws|zod)/', '^packages/models/', '^\\.', core],
      },
    },
    {
      name: 'core-knows-no-package',
      comment: 'core imports none of the packages that stand on it',
      severity: 'error',
      from: { path: core, pathNot: tests },
      to: { path: '^packages/(?!core/|models/)' },
    },
    {
      name: 'models-are-data',
      comment: 'packages/models is data: it stands on nothing',
      severity: 'error',
      from: { path: '^packages/models/' },
      to: { pathNot: '^packages/models/' },
    },
    {
      name: 'public-subpaths-only',
      comment: 'mounts and stores import @postern/core by its subpaths, as a third party would, never a file of it',
      severity: 'error',
      from: { path: '^packages/(?!core/)([^/]+)/src/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'mounts-stand-alone',
      comment: 'a package imports @postern/core and no other package of the workspace (tests may use @postern/sim)',
      severity: 'error',
      from: { path: '^packages/(?!core/)([^/]+)/src/', pathNot: tests },
      to: { path: '^packages/(?!core/)', pathNot: '^packages/$1/' },
    },
    {
      name: 'sim-types-only',
      comment:
        'sim writes its wire bytes from the documentation: with values from core, a misread fact would cancel out on both sides',
      severity: 'error',
      from: { path: '^packages/sim/src/', pathNot: tests },
      to: { path: ['^packages/core/', '^@postern/core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'a source file never imports a test or a dev dependency',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: { path: [tests, '(^|/)node_modules/(vitest|fast-check|supertest)/'] },
    },
    {
      name: 'no-circular',
      comment: 'no cycles',
      severity: 'error',
      from: { path: '^packages/' },
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'an import that resolves to nothing hides from every other rule',
      severity: 'error',
      from: { pathNot: tests },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Workspace packages resolve to their built types in dist: named in the graph (the rules need them), not followed.
    doNotFollow: { path: ['node_modules', '/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['types', 'module', 'main'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.json'],
    },
  },
};
