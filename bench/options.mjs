/** What `npm run bench -- …` understands. */
import { FIGURES } from './figures.mjs';

const NAMES = Object.keys(FIGURES).filter((name) => !FIGURES[name].apart);

const HELP = `npm run bench -- [--json] [--quick] [--rounds N] [--only NAME[,NAME…]] [--peers]

  --json       the last line is one JSON object of ratios
  --quick      2 rounds, node:http and Express only: is everything in order?
  --rounds N   interleaved rounds of every comparison (default 5)
  --only NAME  ${NAMES.join(', ')}
  --peers      compare with Portkey and LiteLLM instead (installs them)`;

/** Reads the arguments. Throws an Error that can be shown for one it doesn't know. */
export function optionsOf(args) {
  const quick = args.includes('--quick');
  const options = { quick, json: false, help: false, rounds: quick ? 2 : 5, only: undefined };
  for (let index = 0; index < args.length; index += 1) {
    const name = args[index];
    if (name === '--json') options.json = true;
    else if (name === '--help') options.help = true;
    else if (name === '--rounds') options.rounds = countOf(args[++index]);
    else if (name === '--only') options.only = figuresOf(args[++index]);
    else if (name !== '--quick' && name !== '--peers') throw new Error(`${name} is no option of the bench.\n${HELP}`);
  }
  return options;
}

export function showHelp() {
  console.log(HELP);
}

function countOf(text) {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--rounds takes a count from 1 on.\n${HELP}`);
}

function figuresOf(text) {
  const names = (text ?? '').split(',');
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown === undefined) return names;
  throw new Error(`--only knows no ${unknown || 'empty name'}.\n${HELP}`);
}
