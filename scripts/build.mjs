import { build, has, install, must } from './lib.mjs';

if (!has('node_modules/.bin/tsc')) await must(install(), 'install');
await must(build(), 'build');
