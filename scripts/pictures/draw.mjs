/** A simulation as a picture: time from left to right, and of each moment the share of its calls that each deployment got; those that failed are dark. */
import { simulate } from '@postern/simulate';

/** Of the whole time. */
const COLUMNS = 60;
const [WIDTH, HEIGHT] = [600, 120];
const [LEFT, TOP] = [10, 34];
const COLOURS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#9d755d', '#bab0ac'];
const FAILED = '#222222';

/** `scene`: { title, policy, traffic, seconds, names, marks?, says? }; `names` by deployment, bottom first. The text of an SVG. */
export function drawn({ title, policy, traffic, seconds, names, marks = [], says }) {
  const calls = [];
  const report = simulate(policy, traffic, { watch: (call) => calls.push(call) });
  const layers = layersOf(calls, Object.keys(names), seconds * 1_000);
  const told = [...facts(report, traffic), ...(says === undefined ? [] : [says(calls, report)])].join(' · ');
  const below = TOP + HEIGHT;
  const parts = [
    text(LEFT, 20, title, 12, 'bold'),
    ...layers.map(({ colour, path }) => `<path fill="${colour}" d="${path}"/>`),
    ...marks.flatMap(({ at, what }) => {
      const x = LEFT + Math.round((at / seconds) * WIDTH);
      return [
        `<path stroke="#000" stroke-dasharray="3 3" d="M${x} ${TOP}V${below}"/>`,
        text(x + 4, below + 14, what, 11),
      ];
    }),
    text(LEFT, below + 14, marks.some(({ at }) => at < seconds / 10) ? '' : '0 s', 11),
    `<text x="${LEFT + WIDTH}" y="${below + 14}" font-size="11" text-anchor="end">${seconds} s</text>`,
    ...legend([...Object.values(names), 'failed'], below + 34),
    text(LEFT, below + 56, told, 11),
  ].filter((part) => part !== '');
  const size = `${WIDTH + 2 * LEFT} ${below + 66}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" width="${WIDTH + 2 * LEFT}" font-family="sans-serif">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

/** Per layer the steps of its upper and its lower edge. The failed calls of all come last, on top. */
function layersOf(calls, ids, length) {
  const columns = Array.from({ length: COLUMNS }, () => new Array(ids.length + 1).fill(0));
  for (const { at, deployment, failed } of calls) {
    const column = columns[Math.min(COLUMNS - 1, Math.floor((at / length) * COLUMNS))];
    column[failed ? ids.length : ids.indexOf(deployment)]++;
  }
  const edges = columns.map((column) => {
    const edge = [0];
    for (const count of column) edge.push(edge.at(-1) + count);
    const all = Math.max(1, edge.at(-1));
    return edge.map((sum) => sum / all);
  });
  return [...ids, 'failed'].map((id, layer) => ({
    colour: id === 'failed' ? FAILED : COLOURS[layer],
    path: band(
      edges.map((edge) => edge[layer]),
      edges.map((edge) => edge[layer + 1]),
    ),
  }));
}

function band(lower, upper) {
  const x = (column) => LEFT + (column * WIDTH) / COLUMNS;
  const back = steps([...lower].reverse(), (column) => x(COLUMNS - column));
  return `M${x(0)} ${y(lower[0])}${steps(upper, x)}${back}Z`;
}

const y = (share) => Math.round(TOP + HEIGHT * (1 - share));

/** Along an edge: one step where it changes. */
function steps(edge, x) {
  return edge
    .flatMap((share, column) => {
      const ends = column === edge.length - 1 || y(edge[column + 1]) !== y(share);
      const begins = column === 0 || y(edge[column - 1]) !== y(share);
      return [...(begins ? [`V${y(share)}`] : []), ...(ends ? [`H${x(column + 1)}`] : [])];
    })
    .join('');
}

function legend(names, y) {
  let x = LEFT;
  return names.flatMap((name, at) => {
    const colour = at === names.length - 1 ? FAILED : COLOURS[at];
    const parts = [`<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${colour}"/>`, text(x + 14, y, name, 11)];
    x += 32 + Math.round(name.length * 5.6);
    return parts;
  });
}

const text = (x, y, words, size, weight) =>
  words === ''
    ? ''
    : `<text x="${x}" y="${y}" font-size="${size}"${weight === undefined ? '' : ` font-weight="${weight}"`}>${escaped(words)}</text>`;

const escaped = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** What all pictures tell. */
function facts({ failing, firstToken, requests }) {
  return [
    `${requests} requests`,
    `unanswered ${percent(failing)}`,
    `first token p50 ${Math.round(firstToken.p50)} ms, p99 ${Math.round(firstToken.p99)} ms`,
  ];
}
