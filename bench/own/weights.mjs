/**
 * What weighing text costs (packages/core/src/chat/weight.ts): `node bench/own/weights.mjs`. Texts of 3 kB in UTF-8 in three scripts, as strings (translated
 * answers) and as bytes (answers that pass through), beside a walk over the same text that only looks at each unit: that is what a scan does anyway.
 */
import { importSource } from '../../scripts/import-source.mjs';

const { weightOf, weightOfBytes } = await importSource('chat/weight.ts');
const ROUNDS = 20_000;
const TEXTS = {
  Latin: 'The small gate in the wall stands open until the evening. ',
  Cyrillic: 'Маленькая калитка в стене открыта до самого вечера. ',
  Han: '墙上的小门一直开到晚上，谁都可以进来。',
};
const SIZE = 3_000;

function walk(text) {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum ^= text.charCodeAt(at);
  return sum;
}
function walkBytes(bytes) {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum ^= bytes[at];
  return sum;
}

let kept = 0;
/** Microseconds of CPU for one text, the least of five runs. */
function cost(run, text) {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) kept += run(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / ROUNDS);
  }
  return least;
}

const encoder = new TextEncoder();
for (const [name, sentence] of Object.entries(TEXTS)) {
  const text = sentence.repeat(Math.round(SIZE / encoder.encode(sentence).length));
  const bytes = encoder.encode(text);
  const row = [cost(weightOf, text), cost(walk, text), cost(weightOfBytes, bytes), cost(walkBytes, bytes)];
  const [string, stringWalk, byte, byteWalk] = row.map((us) => `${us.toFixed(2)} µs`);
  console.log(
    `${name}: ${bytes.length} bytes; string ${string} (a walk ${stringWalk}), bytes ${byte} (a walk ${byteWalk})`,
  );
}
if (kept === 0) console.log('nothing was weighed');
