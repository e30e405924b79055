"""Walls, bot checks and error pages are told from articles, and short articles about them are not."""

import tomllib
from pathlib import Path

import pytest

from newscrawl.noise import walls
from newscrawl.noise.lexicon import fold
from newscrawl.noise.walls import find_wall

FILES = sorted((Path(walls.__file__).parent / "walls").glob("*.toml"))
CATEGORIES = {"consent-wall", "paywall", "bot-check", "login-wall", "error-page"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_holds_known_categories_and_no_phrase_twice(path: Path) -> None:
    data = tomllib.loads(path.read_text("utf-8"))
    assert set(data) == CATEGORIES
    for lists in data.values():
        assert set(lists) == {"title", "text"}
        for phrases in lists.values():
            assert len({fold(phrase) for phrase in phrases}) == len(phrases)
            assert all(len(phrase) >= 2 for phrase in phrases)


PAGES = [
    ("bot-check", "Just a moment...", "Enable JavaScript and cookies to continue"),
    ("bot-check", "Attention Required! | Cloudflare", "Sorry, you have been blocked. You cannot access example.org"),
    ("bot-check", "Access Denied", "You don't have permission to access this page on this server. Reference #18.2f"),
    ("consent-wall", "The Daily Example", "We value your privacy. Choose what our partners may store."),
    ("consent-wall", "Journal Exemple", "Le respect de votre vie privée est notre priorité. Choisissez une option."),
    ("consent-wall", "Beispielblatt", "Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Zustimmen."),
    ("paywall", "Mayor opens bridge", "The bridge opened on Monday. Subscribe to continue reading. Only $1 a week."),
    ("paywall", "Le pont rouvre", "Le pont a rouvert lundi. Abonnez-vous pour lire la suite. Offre sans engagement."),
    ("paywall", "橋が再開", "橋は月曜日に再開した。この記事は有料会員限定です。"),
    ("login-wall", "Sign in", "Please sign in to continue. Email. Password."),
    ("login-wall", "로그인", "로그인이 필요합니다. 아이디와 비밀번호를 입력하세요."),
    ("error-page", "Page not found | Example News", "Return to the front page."),
    ("error-page", "404", ""),
    ("error-page", "Example", "عذراً، هذه الصفحة غير موجودة. العودة إلى الرئيسية"),
    ("error-page", "Örnek Haber", "Aradığınız sayfa bulunamadı. Ana sayfaya dönün."),
    ("error-page", "Fehler 404 - Beispielblatt", "Diese Seite existiert nicht."),
    ("error-page", "Ejemplo", "La página solicitada no está disponible en este momento."),
    ("error-page", "Пример", "Страница не найдена. Вернитесь на главную."),
    ("error-page", "نمونه", "صفحه مورد نظر یافت نشد"),
    ("error-page", "דוגמה", "הדף שחיפשת אינו קיים"),
    ("error-page", "示例", "您访问的页面不存在，请返回首页。"),
    ("error-page", "Przykład", "Strona, której szukasz, nie istnieje."),
    ("error-page", "Esempio", "La pagina che stai cercando è stata spostata."),
    ("error-page", "Exemplo", "Não encontramos a página."),
    ("error-page", "Voorbeeld", "Deze pagina bestaat niet."),
]


@pytest.mark.parametrize(("category", "title", "text"), PAGES, ids=lambda value: str(value)[:20])
def test_a_page_that_stands_in_for_an_article_is_told(category: str, title: str, text: str) -> None:
    hit = find_wall(title, text)
    assert hit is not None
    assert hit.category == category


ARTICLES = [
    (
        "Regional paper drops its paywall",
        "The paper said on Monday that it would let everyone read its local stories. Until now the site "
        "asked visitors to "
        "'subscribe to continue reading' after three articles. Subscriptions had fallen for two years, "
        "the editor said.",
    ),
    (
        "Regulator fines site over cookie banner",
        "The regulator fined the company two million euros because its banner offered no way to refuse "
        "cookies as easily as "
        "to accept them. The words “We value your privacy” were misleading, it found. The company may "
        "appeal.",
    ),
    (
        "Ministry's archive vanishes overnight",
        "Reporters who opened the ministry's archive on Friday met only a page not found message, and "
        "thousands of records were "
        "gone. A spokesman called it a technical fault and promised that the files would be back within "
        "the week, but the "
        "opposition demanded an inquiry.",
    ),
    (
        "Access denied",
        "x" * 210 + " The inspectors waited at the gate for three hours on Sunday before they were turned away.",
    ),
    (
        "Wie Banner nerven",
        "Die Verbraucherzentrale klagt gegen ein Portal, das seine Leser vor die Wahl stellt: zahlen "
        "oder zustimmen. Ein Urteil "
        "wird im Herbst erwartet, und andere Verlage beobachten den Fall genau.",
    ),
    (
        "Un journal ouvre ses archives",
        "Le quotidien a annoncé mardi que ses archives seront gratuites. Jusqu'ici, elles étaient "
        "réservées à ceux qui "
        "payaient un abonnement. La direction espère attirer de jeunes lecteurs.",
    ),
    (
        "انقطاع موقع الوزارة",
        "قالت الوزارة إن موقعها توقف عن العمل يوم الأحد بعد هجوم إلكتروني، وإن الخدمات ستعود خلال ساعات.",
    ),
    (
        "Erişim engeli kaldırıldı",
        "Mahkeme, haber sitesine getirilen engelin kaldırılmasına karar verdi. Karar pazartesi günü "
        "uygulandı.",
    ),
    (
        "Хакеры атаковали сайт",
        "Сайт министерства не работал три часа. Специалисты восстановили его к вечеру понедельника.",
    ),
    ("新聞社がサイトを刷新", "新聞社は月曜日、サイトを刷新したと発表した。読者は無料で地域の記事を読めるようになる。"),
]


@pytest.mark.parametrize(("title", "text"), ARTICLES, ids=lambda value: str(value)[:20])
def test_a_short_article_about_walls_is_an_article(title: str, text: str) -> None:
    assert find_wall(title, text) is None


STORY = "The council met on Tuesday and spoke about the new bridge at length. " * 10


def test_one_phrase_in_a_longer_text_is_not_enough() -> None:
    assert find_wall("Bridge", STORY + "Subscribe to continue reading.") is None


def test_two_different_phrases_in_a_longer_text_are_enough() -> None:
    hit = find_wall("Bridge", STORY + "Subscribe to continue reading. Already a subscriber? Log in.")
    assert hit is not None
    assert hit.category == "paywall"


def test_the_same_phrase_twice_is_one_phrase() -> None:
    assert find_wall("Bridge", STORY + "Subscribe to continue reading. Subscribe to continue reading.") is None


def test_a_phrase_inside_a_longer_one_is_not_a_second_phrase() -> None:
    assert find_wall("Bridge", STORY + "Please enable JavaScript and cookies to continue.") is None
