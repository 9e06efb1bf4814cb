import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { weightOf, weightOfBytes, weightOfEscape } from './weight.ts';

/** One small story, told by its sentences. */
const PROSE: Readonly<Record<string, readonly string[]>> = {
  English: [
    'The small gate in the wall stands open until evening.',
    'Whoever comes late has to knock, and the keeper asks for a name before he lifts the bar.',
    'Nobody remembers who built it, but everyone in the town has walked through it at least once, carrying bread, letters, or news from the harbour.',
  ],
  German: [
    'Das kleine Tor in der Mauer steht bis zum Abend offen.',
    'Wer zu spät kommt, muss klopfen, und der Wächter fragt nach dem Namen, bevor er den Riegel hebt.',
    'Niemand weiß mehr, wer es gebaut hat, aber jeder in der Stadt ist schon einmal hindurchgegangen, mit Brot, Briefen oder Neuigkeiten aus dem Hafen.',
  ],
  French: [
    'La petite porte dans le mur reste ouverte jusqu’au soir.',
    'Celui qui arrive trop tard doit frapper, et le gardien demande un nom avant de lever la barre.',
    'Personne ne se souvient de qui l’a bâtie, mais chacun dans la ville l’a déjà franchie, avec du pain, des lettres ou des nouvelles du port.',
  ],
  Spanish: [
    'La pequeña puerta de la muralla permanece abierta hasta el anochecer.',
    'Quien llega tarde tiene que llamar, y el guardián pregunta el nombre antes de levantar la barra.',
    'Nadie recuerda quién la construyó, pero todos en la ciudad la han cruzado alguna vez, llevando pan, cartas o noticias del puerto.',
  ],
  Polish: [
    'Mała furtka w murze jest otwarta aż do wieczora.',
    'Kto przychodzi za późno, musi zapukać, a strażnik pyta o imię, zanim podniesie rygiel.',
    'Nikt już nie pamięta, kto ją zbudował, ale każdy w mieście choć raz przez nią przeszedł, niosąc chleb, listy albo wieści z portu.',
  ],
  Turkish: [
    'Surdaki küçük kapı akşama kadar açık durur.',
    'Geç kalan kapıyı çalmak zorundadır ve bekçi sürgüyü kaldırmadan önce adını sorar.',
    'Onu kimin yaptığını artık kimse hatırlamıyor, ama şehirdeki herkes ekmek, mektup ya da limandan haber taşıyarak en az bir kez içinden geçmiştir.',
  ],
  Vietnamese: [
    'Cánh cổng nhỏ trên bức tường mở cho đến chiều tối.',
    'Ai đến muộn thì phải gõ cửa, và người gác cổng hỏi tên trước khi nhấc thanh chắn.',
    'Không ai còn nhớ ai đã xây nó, nhưng mọi người trong thành phố đều đã ít nhất một lần đi qua, mang theo bánh mì, thư từ hoặc tin tức từ bến cảng.',
  ],
  Russian: [
    'Маленькая калитка в стене открыта до самого вечера.',
    'Кто приходит поздно, должен постучать, и сторож спрашивает имя, прежде чем поднять засов.',
    'Никто уже не помнит, кто её построил, но каждый в городе хотя бы раз прошёл через неё с хлебом, письмами или новостями из гавани.',
  ],
  Greek: [
    'Η μικρή πύλη στο τείχος μένει ανοιχτή μέχρι το βράδυ.',
    'Όποιος έρχεται αργά πρέπει να χτυπήσει, και ο φύλακας ρωτά το όνομά του πριν σηκώσει τον σύρτη.',
    'Κανείς δεν θυμάται πια ποιος την έχτισε, αλλά όλοι στην πόλη έχουν περάσει από εκεί έστω μία φορά, με ψωμί, γράμματα ή νέα από το λιμάνι.',
  ],
  Hebrew: [
    'השער הקטן בחומה פתוח עד הערב.',
    'מי שמאחר צריך לדפוק, והשומר שואל לשמו לפני שהוא מרים את הבריח.',
    'איש כבר אינו זוכר מי בנה אותו, אבל כל אדם בעיר עבר בו לפחות פעם אחת, עם לחם, מכתבים או חדשות מן הנמל.',
  ],
  Arabic: [
    'يبقى الباب الصغير في السور مفتوحا حتى المساء.',
    'ومن يصل متأخرا عليه أن يطرق، فيسأله الحارس عن اسمه قبل أن يرفع المزلاج.',
    'لم يعد أحد يتذكر من بناه، لكن كل من في المدينة عبره مرة واحدة على الأقل، وهو يحمل الخبز أو الرسائل أو الأخبار من الميناء.',
  ],
  Hindi: [
    'दीवार में बना छोटा दरवाज़ा शाम तक खुला रहता है।',
    'जो देर से आता है उसे खटखटाना पड़ता है, और पहरेदार कुंडी उठाने से पहले नाम पूछता है।',
    'अब किसी को याद नहीं कि उसे किसने बनाया था, लेकिन शहर का हर आदमी रोटी, चिट्ठियाँ या बंदरगाह की ख़बर लेकर कम से कम एक बार उससे गुज़रा है।',
  ],
  Thai: [
    'ประตูเล็กในกำแพงเปิดอยู่จนถึงเย็น ใครมาสายต้องเคาะ และคนเฝ้าจะถามชื่อก่อนยกสลัก ไม่มีใครจำได้แล้วว่าใครเป็นคนสร้าง แต่ทุกคนในเมืองเคยเดินผ่านอย่างน้อยหนึ่งครั้ง พร้อมขนมปัง จดหมาย หรือข่าวจากท่าเรือ',
  ],
  Chinese: [
    '城墙上的小门一直开到傍晚。',
    '来晚的人必须敲门，守门人会先问名字，然后才抬起门闩。',
    '没有人记得它是谁建的，但城里的每个人都至少走过一次，带着面包、信件或者港口来的消息。',
    '这是一个非常古老的故事，老人们常常在冬天的夜里讲给孩子们听。',
  ],
  'Chinese, traditional': [
    '城牆上的小門一直開到傍晚。',
    '來晚的人必須敲門，守門人會先問名字，然後才抬起門閂。',
    '沒有人記得它是誰建的，但城裡的每個人都至少走過一次，帶著麵包、信件或者港口來的消息。',
  ],
  Japanese: [
    '城壁の小さな門は夕方まで開いています。',
    '遅れて来た人は扉を叩かなければならず、門番はかんぬきを上げる前に名前を尋ねます。',
    '誰がそれを建てたのか、もう誰も覚えていませんが、町の人は皆、パンや手紙や港からの知らせを持って、一度はそこを通ったことがあります。',
  ],
  Korean: [
    '성벽의 작은 문은 저녁까지 열려 있습니다.',
    '늦게 오는 사람은 문을 두드려야 하고, 문지기는 빗장을 들기 전에 이름을 묻습니다.',
    '누가 그 문을 지었는지 이제 아무도 기억하지 못하지만, 마을 사람이라면 누구나 빵이나 편지, 항구의 소식을 들고 한 번쯤은 그 문을 지나갔습니다.',
  ],
  emoji: ['😀😂🎉👍🏽🚀🔥✨', '🙏🥳🌍🍕😭🤔', '🎂🎈🥂💃'],
};

const SCRIPTS_WITHOUT_SPACES = new Set(['Chinese', 'Chinese, traditional', 'Japanese', 'Thai', 'emoji']);

describe('what text weighs', () => {
  const telling = (language: string): fc.Arbitrary<string> => {
    const sentences = PROSE[language] ?? [];
    const all = fc.shuffledSubarray([...sentences], { minLength: sentences.length });
    return all.map((told) => told.join(SCRIPTS_WITHOUT_SPACES.has(language) ? '' : ' '));
  };
  const holds = (texts: fc.Arbitrary<readonly string[]>): void =>
    fc.assert(
      fc.property(texts, (told) => {
        const text = told.join('\n');
        expect(weightOf(text) / 4).toBeGreaterThanOrEqual(0.9 * countTokens(text));
      }),
      { numRuns: 30 },
    );

  it.each(Object.keys(PROSE))('is at most a tenth below what a tokeniser makes of prose: %s', (language) => {
    holds(fc.array(telling(language), { minLength: 1, maxLength: 3 }));
  });

  it('is so of any mixture of languages', () => {
    holds(fc.array(fc.constantFrom(...Object.keys(PROSE)).chain(telling), { minLength: 1, maxLength: 6 }));
  });

  it('is the same in UTF-8 and in UTF-16', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(weightOfBytes(new TextEncoder().encode(text))).toBe(weightOf(text));
      }),
    );
  });

  it('is the same where JSON writes a character as an escape', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.boolean(), (unit, upper) => {
        const digits = unit.toString(16).padStart(4, '0');
        const written = new TextEncoder().encode(`\\u${upper ? digits.toUpperCase() : digits}`);
        expect(weightOfEscape(written, 0)).toBe(weightOf(String.fromCharCode(unit)));
      }),
    );
  });

  it('of an escape with a letter is that of one character', () => {
    expect(weightOfEscape(new TextEncoder().encode('\\n'), 0)).toBe(1);
  });
});
