/** What kind of work a request is, as far as words tell. */
export const TASKS = ['code', 'math', 'extraction', 'translation', 'summary', 'chat'] as const;
export type Task = (typeof TASKS)[number];

/** Words of one kind of work. A `*` stands for any end of a word. */
interface Words {
  /** One of them is enough. */
  readonly strong: string;
  /** Two of them are needed. */
  readonly weak: string;
  /** In scripts that set no spaces between words, or join them: found anywhere. */
  readonly parts: string;
}

/** Written by hand, in the languages of `language.ts`. Technical words are the same in most of them. */
export const WORDS: Readonly<Record<Exclude<Task, 'chat'>, Words>> = {
  code: {
    strong: `python javascript typescript java kotlin golang rust c++ php sql postgres* mysql sqlite regex regexp bash dockerfile kubernetes kubectl
      webpack npm pip html css stacktrace traceback segfault refactor* refaktor* refactoriza* unittest* unittests nullpointer* codebase quellcode quelltext
      programmier* programmer programaci* programuj* programmazione программ* compil* kompilier* debug* codice código kodu kod`,
    weak: `code function* funktion* fonction* función funciones função funções funzione funzioni funkcj* functie функци* fonksiyon* class klasse classe clase klasa класс sınıf
      method methode* méthode método metodo array arrays liste* string strings variable* variabl* bug bugs exception* api endpoint* server* serveur servidor database datenbank
      query abfrage requête consulta loop schleife boucle bucle ciclo script* skript* algorithm* algorithmus algoritm* алгоритм* async thread* json yaml
      git commit merge deploy* library framework typeerror null undefined test tests component* komponente код скрипт* ошибк* implement* escribe`,
    parts:
      '代码 函数 编程 程序 脚本 报错 コード 関数 プログラム スクリプト 코드 함수 프로그램 스크립트 كود دالة برمج برنامج बग कोड प्रोग्राम फ़ंक्शन',
  },
  math: {
    strong: `equation* gleichung* équation* ecuaci* equazion* equaç* równani* уравнени* denklem* vergelijking* integral* integriere* intégral* derivative*
      ableitung* dérivée* derivada* derivata pochodn* производн* türev* theorem* lehrsatz théorème* teorema* теорем* probability wahrscheinlichkeit* probabilit* probabilidad* prawdopodobie*
      вероятност* olasılı* matrix eigenvalue* determinant* eigenwert* polynom* logarithm* logarithmus quadratic algebra* geometr* calculus beweise démontre* demuestra* dimostra* demonstre udowodnij
      докажи* bereken* berechne* calcule* calcula calcolare calcola oblicz* вычисл* hesapla* beräkna`,
    weak: `solve* prove* calculate* compute sum product percent prozent pourcent* porcentaje percentuale percentagem procent процент* yüzde triangle dreieck circle kreis prime
      divisible* teilbar modulo sqrt squared cubed radius average mean median variance löse résous résoudre resuelve resolver risolvi rozwiąż реши* çöz summe somme suma somma soma factorial`,
    parts:
      '方程 积分 导数 概率 求解 证明 計算 计算 積分 微分 確率 証明 방정식 적분 미분 확률 증명 계산 معادلة احسب تكامل احتمال اشتقاق समीकरण गणना प्रायिकता',
  },
  extraction: {
    strong: `extract* extrah* extrai* extraia extrae* extraer* estrai* estrarre wyodrębn* wyciągnij извлек* extraheer* extrahera classify klassifizier* classifie* clasifica* classifica* sklasyfikuj
      классифицир* sınıflandır* ayıkla* entnimm entitie* entität* entité* entidad* entità categorize categorise kategorisier*`,
    weak: `fields felder champs campos campi pola поля names namen noms nombres nomi nomes nazwiska имена dates daten data* fechas date emails adressen invoice* rechnung* facture* factura* fattura* faktur* label* sentiment*
      list* spam invoice wypisz выпиши pull identify keywords schlüsselwörter stichwörter following folgenden`,
    parts: '提取 抽取 分类 抽出 分類 추출 분류 استخرج صنف निकाल वर्गीकृत',
  },
  translation: {
    strong: `translat* übersetz* tradui* traduc* traduz* tradurre przetłumacz* tłumacz* перевед* перевод* vertaal* vertal* översätt* çevir* tercüme`,
    weak: '',
    parts: '翻译 翻譯 翻訳 訳して 번역 ترجم ترجمة अनुवाद',
  },
  summary: {
    strong: `summar* tldr zusammenfass* zusammen* résume* résumé resum* riassum* streść streszcz* podsumuj* резюмир* кратк* samenvat* sammanfatta* özetle* özet`,
    weak: 'briefly kurz brièvement brevemente krótko kort points punkte punkten sentences sätzen phrases frases',
    parts: '总结 总括 概括 摘要 要約 まとめて 요약 لخص ملخص सारांश',
  },
};

/** Words that ask for thought, whatever the work is. */
export const DEMANDING = `why warum pourquoi porqué perché dlaczego почему neden waarom varför prove* beweis* démontr* demuestr* dimostr* udowodn* докаж* kanıtla* compare* vergleich* compar* confronta* porówn* сравни* karşılaştır*
  vergelijk* analy* analiz* анализ* plan* design* entwirf entwerf* conçois concevoir diseñ* progett* zaprojekt* спроектир* tasarla* ontwerp* tradeoff* optimi* оптимиз* strateg* derive herleit*
  justify begründ* justifi* evaluat* bewert* évalu* debug* diagnos* architect* schrittweise reason* carefully gründlich`;
export const DEMANDING_PARTS =
  '为什么 证明 比较 分析 设计 优化 一步一步 なぜ 証明 比較 分析 設計 段階 왜 증명 비교 분석 설계 단계별 لماذا أثبت قارن حلل صمم خطوة क्यों सिद्ध तुलना विश्लेषण';
