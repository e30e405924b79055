"""The lexicon knows the lines around stories in many languages, and leaves the stories alone."""

import time
import tomllib
from pathlib import Path

import pytest

from newscrawl.noise import lexicon
from newscrawl.noise.lexicon import find, fold

FILES = sorted((Path(lexicon.__file__).parent / "lexicon").glob("*.toml"))
CATEGORIES = {"related", "newsletter", "follow", "comments", "legal", "credit", "byline", "dateline", "tags"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_holds_known_categories_and_no_phrase_twice(path: Path) -> None:
    data = tomllib.loads(path.read_text("utf-8"))
    assert set(data) == CATEGORIES
    for lists in data.values():
        assert set(lists) <= {"whole", "starts", "contains", "ends"}
        for how, phrases in lists.items():
            assert len({fold(phrase) for phrase in phrases}) == len(phrases)
            # One sign says "photographed by" at the end of a Chinese caption.
            assert all(len(phrase) >= (1 if how == "ends" else 2) for phrase in phrases)


def test_the_categories_are_those_of_the_files() -> None:
    assert lexicon.categories() == CATEGORIES


def test_a_single_word_opens_noise_only_with_its_colon() -> None:
    for path in FILES:
        for category, lists in tomllib.loads(path.read_text("utf-8")).items():
            bare = [phrase for phrase in lists.get("starts", []) if phrase.isalpha() and phrase.isascii()]
            assert category == "dateline" or not bare, (path.stem, category, bare)


def test_one_word_within_a_block_is_never_enough() -> None:
    for path in FILES:
        for lists in tomllib.loads(path.read_text("utf-8")).values():
            phrases = [phrase for phrase in lists.get("contains", []) if not lexicon._CHARACTER.search(phrase)]
            assert all(" " in phrase for phrase in phrases), path.stem


NOISE = [
    ("related", "Read more: Council approves bridge"),
    ("related", "Related Stories"),
    ("related", "اقرأ أيضًا: المجلس يقر الموازنة"),
    ("related", "إقرأ أيضاً"),
    ("related", "À LIRE AUSSI"),
    ("related", "A lire aussi : le conseil vote"),
    ("related", "İLGİLİ HABERLER"),
    ("related", "Okumaya devam et"),
    ("related", "بیشتر بخوانید: نشست شورا"),
    ("related", "Читайте также: Совет одобрил мост"),
    ("related", "ЧИТАЙТЕ ТАКОЖ"),
    ("related", "Te puede interesar: el consejo vota"),
    ("related", "Lesen Sie auch: Der Rat stimmt zu"),
    ("related", "Leggi anche: il consiglio approva"),
    ("related", "Leia também"),
    ("related", "קראו גם: המועצה אישרה"),
    ("related", "相关阅读："),
    ("related", "あわせて読みたい"),
    ("related", "많이 본 뉴스"),
    ("related", "Lees ook: raad keurt brug goed"),
    ("related", "Läs också: Rådet godkänner bron"),
    ("related", "Les også"),
    ("related", "Læs også: Rådet godkender broen"),
    ("related", "Lue myös: Neuvosto hyväksyi sillan"),
    ("related", "Czytaj też: Rada zatwierdza most"),
    ("related", "Přečtěte si také: Rada schválila most"),
    ("related", "Citeşte şi: Consiliul aprobă podul"),
    ("related", "Kapcsolódó cikkek"),
    ("related", "ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ"),
    ("related", "Прочетете още: Съветът одобри моста"),
    ("related", "Pročitajte još"),
    ("related", "Прочитајте још: Савет одобрио мост"),
    ("related", "Baca juga: Dewan setujui jembatan"),
    ("related", "Xem thêm: Hội đồng thông qua"),
    ("related", "यह भी पढ़ें: परिषद ने मंज़ूरी दी"),
    ("related", "আরও পড়ুন"),
    ("related", "مزید پڑھیں: کونسل نے منظوری دی"),
    ("related", "ข่าวที่เกี่ยวข้อง"),
    ("related", "Zêdetir bixwîne"),
    ("related", "زیاتر بخوێنەوە"),
    ("newsletter", "Abonnieren Sie unseren Newsletter und bleiben Sie auf dem Laufenden."),
    ("newsletter", "Bültenimize abone olun, haberleri kaçırmayın"),
    ("follow", "Подписывайтесь на наш Telegram-канал"),
    ("follow", "تابعونا على فيسبوك وتويتر"),
    ("comments", "Votre adresse e-mail ne sera pas publiée."),
    ("legal", "Tüm hakları saklıdır."),
    ("legal", "© 2024 Example Media"),
    ("legal", "未经授权不得转载"),
    ("legal", "무단전재 및 재배포 금지"),
    ("credit", "Foto: Archiv"),
    ("credit", "Фото: архив"),
    ("credit", "图/示例社"),
    ("credit", "사진=연합뉴스"),
    ("byline", "بقلم: سامي نصر"),
    ("byline", "Reporting by Jane Doe"),
    ("dateline", "Publié le 12 mars 2020 à 10h"),
    ("dateline", "Posted on March 3, 2021 by admin"),
    ("dateline", "تاریخ انتشار: ۱۲ اسفند ۱۳۹۹"),
    ("tags", "Schlagwörter: Brücke, Rat"),
    ("tags", "תגיות: גשר, מועצה"),
]


@pytest.mark.parametrize(("category", "line"), NOISE, ids=lambda value: str(value)[:24])
def test_a_line_around_a_story_is_told(category: str, line: str) -> None:
    hit = find(line)
    assert hit is not None
    assert hit.category == category


STORIES = [
    "Source code worth millions was stolen from the company on Tuesday.",
    "Read-only access was given to three officials, the report says.",
    "Read/write errors brought the exchange to a halt.",
    "Watch makers in the valley fear for their jobs.",
    "Posted on social media, the clip spread quickly.",
    "Published on Tuesday, the report blames two contractors.",
    "Update: police say the bridge is open again.",
    "Getty Images went to court over the use of its archive.",
    "Advertisement revenue fell by a third last year.",
    "Photographs of the bridge hung in the town hall.",
    "Sources close to the minister denied it.",
    "قال وزير الخارجية إن المحادثات ستستأنف الأسبوع المقبل في جنيف.",
    "المصدر الذي تحدث إلى الصحيفة طلب عدم ذكر اسمه.",
    "كتب الرئيس رسالة إلى أعضاء البرلمان يوم الأحد.",
    "صورة الطفل أثارت غضبا واسعا في المدينة.",
    "Le maire a inauguré lundi le nouveau pont devant des centaines d'habitants.",
    "Lire est devenu un luxe, regrette la bibliothécaire du village.",
    "Source de tensions depuis des années, le barrage sera démoli.",
    "Cumhurbaşkanı pazartesi günü yeni köprüyü açtı.",
    "Haber ajanslarına konuşan bakan iddiaları yalanladı.",
    "Kaynaklar yetersiz olduğu için proje durduruldu.",
    "رئیس جمهور روز دوشنبه پل جدید را افتتاح کرد.",
    "عکس‌هایی که منتشر شد خشم مردم را برانگیخت.",
    "منبع آگاه از ادامه گفت‌وگوها خبر داد.",
    "Президент в понедельник открыл новый мост через реку.",
    "Фото с места аварии разошлось по соцсетям.",
    "Источник в министерстве опроверг эти сведения.",
    "Тема переговоров держится в тайне.",
    "Президент у понеділок відкрив новий міст через річку.",
    "Джерело в уряді спростувало ці відомості.",
    "El alcalde inauguró el lunes el nuevo puente ante cientos de vecinos.",
    "Fuentes del ministerio negaron el acuerdo.",
    "Der Bürgermeister eröffnete am Montag die neue Brücke.",
    "Mehr als hundert Menschen kamen zur Eröffnung.",
    "Anzeigen wegen Betrugs haben im vergangenen Jahr zugenommen.",
    "Quellen aus dem Ministerium bestätigten den Bericht.",
    "Il sindaco ha inaugurato lunedì il nuovo ponte.",
    "Fonti del ministero smentiscono l'accordo.",
    "Foto e documenti sono stati sequestrati dalla procura.",
    "O prefeito inaugurou na segunda-feira a nova ponte.",
    "Fontes do governo negaram o acordo.",
    "ראש העיר חנך ביום שני את הגשר החדש.",
    "עוד אמר השר כי התקציב יאושר בקרוב.",
    "市长星期一为新桥剪彩，数百名居民到场。",
    "图书馆将于下月重新开放。",
    "文化部星期二公布了新规定。",
    "来源不明的资金流入了市场。",
    "市長は月曜日、新しい橋の開通式に出席した。",
    "写真家の田中さんが東京で個展を開く。",
    "文部科学省は新しい方針を示した。",
    "시장은 월요일 새 다리 개통식에 참석했다.",
    "사진 속 인물은 경찰에 자수했다.",
    "글로벌 경기 침체로 수출이 줄었다.",
    "기자 회견은 월요일에 열린다.",
    "De burgemeester opende maandag de nieuwe brug.",
    "Meer dan honderd mensen kwamen naar de opening.",
    "Bronnen rond het ministerie ontkennen het bericht.",
    "Borgmästaren invigde på måndagen den nya bron.",
    "Källor inom regeringen förnekar uppgifterna.",
    "Ordføreren åpnet mandag den nye brua.",
    "Kilder i departementet avviser påstandene.",
    "Borgmesteren åbnede mandag den nye bro.",
    "Se på kortet, hvor vejen går, siger borgmesteren.",
    "Kaupunginjohtaja avasi uuden sillan maanantaina.",
    "Kuvat sillasta levisivät nopeasti verkossa.",
    "Burmistrz otworzył w poniedziałek nowy most.",
    "Źródła w rządzie zaprzeczają tym doniesieniom.",
    "Primátor v pondělí otevřel nový most.",
    "Zdroje z ministerstva zprávu popřely.",
    "Primarul a inaugurat luni noul pod.",
    "Surse din guvern au negat acordul.",
    "A polgármester hétfőn átadta az új hidat.",
    "A források szerint a tárgyalások folytatódnak.",
    "Ο δήμαρχος εγκαινίασε τη Δευτέρα τη νέα γέφυρα.",
    "Πηγές του υπουργείου διαψεύδουν τη συμφωνία.",
    "Кметът откри в понеделник новия мост.",
    "Източници от правителството отрекоха.",
    "Gradonačelnik je u ponedjeljak otvorio novi most.",
    "Gradonačelnik je u ponedeljak otvorio novi most preko reke.",
    "Градоначелник је у понедељак отворио нови мост.",
    "Извори из владе негирају споразум.",
    "Wali kota meresmikan jembatan baru pada hari Senin.",
    "Sumber di kementerian membantah kabar itu.",
    "Thị trưởng khánh thành cây cầu mới hôm thứ Hai.",
    "Nguồn tin từ bộ cho biết đàm phán sẽ tiếp tục.",
    "महापौर ने सोमवार को नए पुल का उद्घाटन किया।",
    "स्रोतों के अनुसार बातचीत जारी रहेगी।",
    "মেয়র সোমবার নতুন সেতু উদ্বোধন করেছেন।",
    "সূত্র জানায়, আলোচনা চলবে।",
    "میئر نے پیر کو نئے پل کا افتتاح کیا۔",
    "تصویر میں نظر آنے والا شخص گرفتار ہو گیا۔",
    "นายกเทศมนตรีเปิดสะพานใหม่เมื่อวันจันทร์",
    "ภาพยนตร์เรื่องใหม่เข้าฉายสัปดาห์นี้",
    "Şaredar roja duşemê pira nû vekir.",
    "سەرۆکی شارەوانی ڕۆژی دووشەممە پردە نوێیەکەی کردەوە.",
]


@pytest.mark.parametrize("sentence", STORIES, ids=lambda value: value[:24])
def test_a_sentence_that_opens_a_story_matches_nothing(sentence: str) -> None:
    assert find(sentence) is None


@pytest.mark.parametrize("line", ["Source: Reuters", "Source | Reuters", "Source – Reuters", "SOURCE："])
def test_a_label_counts_before_a_colon_a_bar_or_a_dash(line: str) -> None:
    hit = find(line)
    assert hit is not None
    assert hit.category == "credit"


def test_a_long_block_is_a_story_whatever_it_opens_with() -> None:
    assert find("Read more: " + "the council met and spoke about the bridge. " * 30) is None


def test_spelling_does_not_matter() -> None:
    assert fold("ÉLARGI  İlgili ILICA") == "elargi ilgili ilica"
    assert fold("أيضًا") == fold("ايضا")
    assert fold("می‌خوانید كتاب") == fold("میخوانید کتاب")


@pytest.mark.parametrize("script", ["The council met again and ", "وقال المتحدث إن القرار ", "정부는 내년도 예산안을 "])
def test_looking_a_block_up_is_quick(script: str) -> None:
    block = (script * 10)[:150]
    find(block)

    def microseconds() -> float:
        start = time.perf_counter()
        for _ in range(200):
            find(block)
        return (time.perf_counter() - start) / 200 * 1e6

    assert min(microseconds() for _ in range(5)) < 60  # some 10 on an idle machine
