/** The size of what is downloaded: scripts/test-packed.mjs packs, then runs size-limit. */
const folder = process.env.POSTERN_PACK_FOLDER ?? '.';

module.exports = [
  { name: '@postern/core, packed', path: `${folder}/postern-core-*.tgz`, limit: '400 kB', gzip: false, brotli: false },
];
