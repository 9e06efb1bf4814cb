/** Frequent small words by language (ISO 639-1), for those written in Latin letters. */
const SMALL: Readonly<Record<string, string>> = {
  en: 'the and is are of to in that what how you for with this me my please can write i a an on it from at',
  de: 'der die das und ist nicht ein eine einen wie ich für mit auf zu was bitte den dem mir von im warum sind',
  fr: 'l le la les et est une des pour dans que comment je avec sur du ce cette moi qui pourquoi un en au il',
  es: 'el la los las que y en una por para con cómo qué es un del me mi como este esta de se',
  it: 'il lo gli di che e un una per come sono è con del della questo mi cosa perché in le la i al',
  pt: 'o os as de que e um uma para não como com do da este esta você meu qual em é no na por',
  nl: 'de het een en van is niet hoe voor met ik dat dit op wat mijn je naar aan waarom zijn in',
  pl: 'i w na się jest nie jak do z co ten to dla mi czy dlaczego tej tego od za są',
  tr: 've bir bu için ne nasıl ile mi mı neden bana şu olan da de çok var',
  sv: 'och att det en ett är hur för inte med som jag på den vad av mig till',
};

const LATIN = Object.keys(SMALL);

/** The small words of all languages, each with the bits of those in which it is frequent. */
export const SMALL_WORDS: ReadonlyMap<string, number> = bitsOfWords();

function bitsOfWords(): ReadonlyMap<string, number> {
  const bits = new Map<string, number>();
  for (const [index, language] of LATIN.entries())
    for (const word of SMALL[language]?.split(' ') ?? []) bits.set(word, (bits.get(word) ?? 0) | (1 << index));
  return bits;
}

/** Letters that hardly any other language has. */
const LETTERS: Readonly<Record<string, string>> = {
  de: 'ß',
  fr: 'éêœ',
  es: 'ñ¿¡',
  pt: 'ãõ',
  pl: 'łżęśćźń',
  tr: 'ğış',
  sv: 'å',
  it: 'ìò',
};
const LETTER_OF = new Map(
  Object.entries(LETTERS).flatMap(([language, letters]) =>
    [...letters].map((one) => [one.charCodeAt(0), LATIN.indexOf(language)]),
  ),
);

/** Counts what tells languages apart, character by character and word by word. */
export class LanguageCount {
  readonly #latin = new Uint16Array(LATIN.length);
  #kana = 0;
  #han = 0;
  readonly #other: Record<string, number> = {};

  /** A character beyond ASCII. */
  see(code: number): void {
    if (code < 0x370) {
      const at = LETTER_OF.get(code);
      if (at !== undefined) this.#latin[at] = (this.#latin[at] ?? 0) + 1;
    } else if (code >= 0x3040 && code < 0x3100) this.#kana++;
    else if (code >= 0x4e00 && code < 0xa000) this.#han++;
    else {
      const language = scriptOf(code);
      if (language !== undefined) this.#other[language] = (this.#other[language] ?? 0) + 1;
    }
  }

  /** A small word, by its bits. */
  word(bits: number): void {
    for (let at = 0, left = bits; left !== 0; at++, left >>= 1)
      if ((left & 1) === 1) this.#latin[at] = (this.#latin[at] ?? 0) + 2;
  }

  /** ISO 639-1; `und`: nothing tells. */
  get language(): string {
    const [script, letters] = Object.entries(this.#other).sort((a, b) => b[1] - a[1])[0] ?? ['und', 0];
    // Text in another script quotes Latin words, and hardly ever the other way round.
    if (letters + this.#kana + this.#han > 3) {
      if (letters > this.#kana + this.#han) return script;
      return this.#kana > 0 ? 'ja' : 'zh';
    }
    let best = 0;
    for (let at = 1; at < LATIN.length; at++) if ((this.#latin[at] ?? 0) > (this.#latin[best] ?? 0)) best = at;
    return (this.#latin[best] ?? 0) > 0 ? (LATIN[best] ?? 'und') : 'und';
  }
}

/** Of scripts that stand for one language here. */
function scriptOf(code: number): string | undefined {
  if (code < 0x400) return 'el';
  if (code < 0x530) return code === 0x456 || code === 0x457 || code === 0x454 ? 'uk' : 'ru';
  if (code >= 0x590 && code < 0x600) return 'he';
  if (code >= 0x600 && code < 0x780) return 'ar';
  if (code >= 0x900 && code < 0x980) return 'hi';
  if (code >= 0xe00 && code < 0xe80) return 'th';
  return code >= 0xac00 && code < 0xd7b0 ? 'ko' : undefined;
}
