import { describe, expect, it } from 'vitest';
import { read } from './reading.ts';

/** What people ask, in their languages: the language, the task, and the words. Written by hand for this test. */
const PROMPTS: readonly (readonly [language: string, task: string, prompt: string])[] = [
  ['en', 'code', 'Write a Python function that returns the longest common prefix of a list of strings.'],
  ['en', 'code', 'Why do I get this?\n```\nTypeError: undefined is not a function\n  at main.js:12\n```'],
  ['en', 'code', 'Please refactor this class so that the database access is in a module of its own.'],
  ['en', 'code', 'SELECT name FROM users WHERE age > 30 is slow on my table. Which index do I need?'],
  ['en', 'math', 'Solve x^2 - 5x + 6 = 0 and show your steps.'],
  ['en', 'math', 'What is the probability of at least two sixes when I roll five dice?'],
  ['en', 'math', 'Prove that the square root of a prime is never rational; use the fundamental theorem of arithmetic.'],
  ['en', 'extraction', 'Extract all company names and dates from the following press release.'],
  ['en', 'extraction', 'Classify this review as positive, negative or neutral: the food was cold.'],
  ['en', 'translation', 'Translate this sentence to Spanish: the train leaves at noon.'],
  ['en', 'summary', 'Summarize the article below in three sentences.'],
  ['en', 'chat', 'Hi! How are you today?'],
  ['en', 'chat', 'What should I cook tonight? I have eggs and tomatoes.'],
  ['en', 'chat', 'Tell me a story about a cat who lives in a lighthouse.'],
  ['de', 'code', 'Schreibe eine Funktion in TypeScript, die ein Array nach einem Feld sortiert.'],
  ['de', 'code', 'Warum wirft diese Methode eine Exception, wenn die Liste leer ist?'],
  ['de', 'math', 'Berechne die Ableitung von x * sin(x) und erkläre die Regel.'],
  ['de', 'math', 'Löse die Gleichung 3x + 7 = 22.'],
  ['de', 'extraction', 'Extrahiere alle Namen und Rechnungsnummern aus dem folgenden Text.'],
  ['de', 'translation', 'Übersetze den folgenden Satz ins Englische: Der Hund schläft.'],
  ['de', 'summary', 'Fasse mir das bitte als Zusammenfassung in drei Punkten zusammen.'],
  ['de', 'chat', 'Was kann ich heute Abend mit den Kindern machen?'],
  ['fr', 'code', 'Écris un script bash qui renomme les fichiers du dossier.'],
  ['fr', 'math', 'Calcule la dérivée de la fonction et résous l’équation.'],
  ['fr', 'extraction', 'Extrais les noms et les montants de cette facture.'],
  ['fr', 'translation', 'Traduis cette phrase en allemand : le chat dort sur le lit.'],
  ['fr', 'summary', 'Fais un résumé de ce texte pour mon équipe.'],
  ['fr', 'chat', 'Quelle est la meilleure saison pour visiter la Bretagne ?'],
  ['es', 'code', '¿Cómo puedo refactorizar esta clase de Java para que sea más simple?'],
  ['es', 'math', 'Resuelve la ecuación y calcula la derivada de la función.'],
  ['es', 'extraction', 'Extrae los nombres y las fechas de este correo.'],
  ['es', 'translation', 'Traduce al inglés: mañana vamos a la playa con los niños.'],
  ['es', 'summary', 'Haz un resumen de la reunión en cinco puntos.'],
  ['es', 'chat', '¿Qué me recomiendas para el desayuno de mañana?'],
  ['it', 'code', 'Scrivi una funzione in Python che legge un file di testo.'],
  ['it', 'math', 'Calcola la probabilità di estrarre due assi con un mazzo.'],
  ['it', 'extraction', 'Estrai i nomi e le date dalla lettera che segue.'],
  ['it', 'translation', 'Traduci in inglese questa frase: il gatto dorme sul divano.'],
  ['it', 'chat', 'Che cosa posso regalare a mia sorella per il compleanno?'],
  ['pt', 'code', 'Escreva uma função em JavaScript para validar um e-mail.'],
  ['pt', 'math', 'Resolva a equação e calcule a integral da função.'],
  ['pt', 'extraction', 'Extraia os nomes e as datas do texto; não invente nada.'],
  ['pt', 'translation', 'Traduza para o inglês: amanhã não vou ao trabalho.'],
  ['pt', 'chat', 'Você pode me dar uma ideia de presente para o meu pai?'],
  ['nl', 'code', 'Schrijf een functie in Rust die een string omkeert.'],
  ['nl', 'math', 'Bereken de oppervlakte van een cirkel met straal 4; los de vergelijking op.'],
  ['nl', 'translation', 'Vertaal deze zin naar het Engels: het regent vandaag.'],
  ['nl', 'chat', 'Wat is een leuk uitje voor het weekend met mijn ouders?'],
  ['pl', 'code', 'Napisz program w języku Java, który czyta plik i liczy słowa; dodaj test.'],
  ['pl', 'math', 'Oblicz prawdopodobieństwo, że na kostce wypadnie szóstka.'],
  ['pl', 'translation', 'Przetłumacz to zdanie na angielski: jest dzisiaj zimno.'],
  ['pl', 'chat', 'Co to jest dobry prezent dla mojej mamy?'],
  ['ru', 'code', 'Напиши функцию на Python, которая сортирует список строк.'],
  ['ru', 'math', 'Реши уравнение и вычисли производную функции.'],
  ['ru', 'extraction', 'Извлеки все имена и даты из следующего письма.'],
  ['ru', 'translation', 'Переведи на английский: завтра мы едем на дачу.'],
  ['ru', 'chat', 'Что приготовить на ужин сегодня вечером?'],
  ['tr', 'math', 'Bu denklem için çözüm bul ve olasılığı hesapla.'],
  ['tr', 'chat', 'Bu hafta sonu için bana ne önerirsin?'],
  ['zh', 'code', '请用代码实现一个函数，把列表倒过来。'],
  ['zh', 'math', '求解这个方程，并计算它的导数。'],
  ['zh', 'translation', '把下面这句话翻译成英文：今天天气很好。'],
  ['zh', 'chat', '今天晚上吃什么好？'],
  ['ja', 'code', 'リストを逆順にする関数のコードを書いてください。'],
  ['ja', 'summary', '次の記事を三行で要約してください。'],
  ['ja', 'chat', 'こんにちは、お元気ですか。'],
  ['ko', 'translation', '다음 문장을 영어로 번역해 주세요: 오늘은 비가 옵니다.'],
  ['ko', 'chat', '안녕하세요, 오늘 기분이 어때요?'],
  ['ar', 'math', 'احسب احتمال الحصول على الرقم ستة عند رمي النرد.'],
  ['ar', 'chat', 'مرحبا، كيف حالك اليوم؟'],
  ['hi', 'translation', 'इस वाक्य का अंग्रेज़ी में अनुवाद करें: आज मौसम अच्छा है।'],
];

describe('reading a prompt', () => {
  it('the table has prompts in ten languages', () => {
    expect(PROMPTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(PROMPTS.map(([language]) => language)).size).toBeGreaterThanOrEqual(10);
  });

  it.each(PROMPTS)('in %s finds %s: %s', (language, task, prompt) => {
    expect(read(prompt, prompt.length)).toMatchObject({ language, task });
  });

  it.each([
    ['What time is it?', 0],
    ['Compare the two plans.', 1],
    ['Think step by step: why is this design better? Analyse the trade-offs.', 4],
    ['请一步一步分析并证明这个结论。', 3],
  ])('of %j knows how much thought it asks for', (prompt, least) => {
    const { demanding } = read(prompt, prompt.length);
    expect(least === 0 ? demanding : Math.min(demanding, least)).toBe(least);
  });

  it('goes by the language of the user, whatever the system prompt is written in', () => {
    const user = 'Was kann ich heute mit den Kindern machen?';
    expect(
      read(`${user}\nYou are the assistant of a shop and this is what you can do for the customer.`, user.length)
        .language,
    ).toBe('de');
  });

  it('takes no day, price or phone number for mathematics', () => {
    const prompt = 'Call me on 2026-11-29 at 555-0123, it is 20 dollars.';
    expect(read(prompt, prompt.length).task).toBe('chat');
  });

  it('says nothing of an empty prompt', () => {
    expect(read('', 0)).toEqual({ task: 'chat', language: 'und', demanding: 0, json: false });
  });
});
