import { seededRandom } from './random.ts';

const WORDS = (
  'amber anchor arch autumn basin beacon birch border breeze bridge bright candle canyon cedar clear cliff cloud coast copper ' +
  'coral creek crisp dawn deep delta drift early east ember evening fern field flint forest frost garden gate gentle glass ' +
  'grain granite green grove harbor hill hollow honey island ivory lantern leaf light linen marble meadow mist moon morning ' +
  'moss north oak ocean olive orchard path pebble pine plain quiet rain reed ridge river road salt sand shade shore silver ' +
  'slate slow snow south spring spruce stone storm stream summer sun thyme tide timber valley violet walnut wave west willow wind winter'
).split(' ');

/** Characters of two, three and four bytes in UTF-8, a joined emoji and a combining accent: what a careless byte split breaks. */
const MULTIBYTE = ['Grüße', 'übér', '東京', '안녕', 'привет', '🙂', '👩‍👩‍👧', 'e\u0301', 'עולם', '€', '𝔘', 'नमस्ते'];

/** `count` tokens of readable text, the same for the same seed. */
export function textTokens(count: number, multibyte: boolean, ...seed: readonly (string | number)[]): string[] {
  const random = seededRandom('text', ...seed);
  const from = multibyte ? MULTIBYTE : WORDS;
  return Array.from({ length: count }, (_, index) => {
    if (index > 0 && index === count - 1 && !multibyte) return '.';
    const word = from[Math.floor(random() * from.length)] ?? 'word';
    return index === 0 ? capital(word) : ` ${word}`;
  });
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
