"""Article pages as each outlet's site builds them, around a story."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from demo.stories import Story

HERE = Path(__file__).parent
IMAGE = "https://cdn.sananews.sy/2025/11/picture-1024x683.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A story as published: address, number, time, and what the desk puts around its text."""

    url: str
    number: str
    story: Story
    published: datetime
    language: str = "en"
    dateline: str = ""
    byline: str = ""
    code: str = ""
    disclaimer: str = ""
    charset: str = "utf-8"
    declares_date: bool = True
    newer: tuple[Post, ...] = field(default=(), repr=False)

    def beside(self, newer: Iterable[Post]) -> Post:
        """The same post with the headlines that its page shows beside it."""
        return replace(self, newer=tuple(newer))


@cache
def _template(name: str) -> Template:
    return Template((HERE / f"{name}.html").read_text("utf-8"))


def _fill(name: str, **values: str) -> str:
    return _template(name).substitute(values)


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


FOXIZ = {
    "ar": {
        "dir": "rtl",
        "site_title": "S A N A – الوكالة العربية السورية للأنباء",
        "written_by": "كُتب بواسطة",
        "privacy": "باستخدام هذا الموقع ، فإنك توافق على <a href='/privacy'>سياسة الخصوصية</a>",
        "accept": "موافق",
        "ago": "منذ 50 دقيقة",
        "tagged": "الوسوم:",
        "share": "مشاركة هذه المقالة",
        "facebook": "فيسبوك",
        "telegram": "تلغرام",
        "copy_link": "نسخ الرابط",
        "chosen": "اخترنا لك",
        "newsletter": "النشرة اليومية",
        "newsletter_text": "اشترك لتصلك النشرة كل صباح",
        "about": "الوكالة الرسمية للأخبار، تأسست في 24 يونيو 1965",
        "copyright": "© الوكالة العربية السورية للأنباء. كافة الحقوق محفوظة.",
        "user_name": "اسم المستخدم",
    },
    "en": {
        "dir": "ltr",
        "site_title": "S A N A",
        "written_by": "Written by",
        "privacy": "By using this site, you agree to the <a href='/privacy'>Privacy Policy</a>",
        "accept": "Accept",
        "ago": "50 minutes ago",
        "tagged": "TAGGED:",
        "share": "Share This Article",
        "facebook": "Facebook",
        "telegram": "Telegram",
        "copy_link": "Copy Link",
        "chosen": "Editor's choice",
        "newsletter": "Daily newsletter",
        "newsletter_text": "Subscribe and receive our letter every morning",
        "about": "The official news agency, founded on 24 June 1965",
        "copyright": "© Syrian Arab News Agency. All Rights Reserved.",
        "user_name": "Username or Email Address",
    },
    "fr": {
        "dir": "ltr",
        "site_title": "S A N A",
        "written_by": "Écrit par",
        "privacy": "En utilisant ce site, vous acceptez la <a href='/privacy'>politique de confidentialité</a>",
        "accept": "Accepter",
        "ago": "il y a 50 minutes",
        "tagged": "TAGUÉ:",
        "share": "Partager cet article",
        "facebook": "Facebook",
        "telegram": "Telegram",
        "copy_link": "Copier le lien",
        "chosen": "Notre choix",
        "newsletter": "Lettre quotidienne",
        "newsletter_text": "Abonnez-vous pour recevoir notre lettre chaque matin",
        "about": "L'agence officielle, fondée le 24 juin 1965",
        "copyright": "© Agence arabe syrienne d'informations. Tous droits réservés.",
        "user_name": "Identifiant",
    },
}
MENU = {
    "ar": ("سياسة", "اقتصاد", "محليات", "ثقافة", "رياضة", "دولي", "منوعات"),
    "en": ("Politics", "Economy", "Locals", "Culture", "Sport", "International", "Miscellaneous"),
    "fr": ("Politique", "Économie", "Local", "Culture", "Sport", "International", "Divers"),
}


def _menu(language: str) -> str:
    return "".join(f'<li class="menu-item"><a href="#"><span>{word}</span></a></li>' for word in MENU[language])


def foxiz(post: Post) -> bytes:
    """SANA's site since late August 2025."""
    title = escape(post.story.title)
    section_url = post.url.rsplit("/", 2)[0] + "/"
    page = _fill(
        "foxiz",
        **FOXIZ[post.language],
        lang=post.language,
        title=title,
        dateline=escape(post.dateline.strip(" –")),
        url=post.url,
        number=post.number,
        section=post.story.section,
        section_url=section_url,
        published=post.published.isoformat(),
        modified=post.published.replace(second=59).isoformat(),
        image=IMAGE,
        menu=_menu(post.language),
        tag_metas="\n".join(f'<meta property="article:tag" content="{tag}" />' for tag in post.story.tags),
        tags=", ".join(f'<a href="/tag/{n}/" rel="tag">{tag}</a>' for n, tag in enumerate(post.story.tags)),
        body=_foxiz_body(post),
        related="".join(map(_related, post.newer[:3])),
        sidebar="".join(map(_card, post.newer[:4])),
    )
    return page.encode()


def _foxiz_body(post: Post) -> str:
    told = list(post.story.paragraphs)
    if post.language == "ar":  # the Arabic desk sets the dateline as a paragraph of its own
        told.insert(0, post.dateline)
    else:
        told[0] = post.dateline + told[0]
    aside = f'<div class="wp-block-media-text__content">{_paragraphs(told[2:3])}</div>'
    figure = f'<figure class="wp-block-media-text__media"><img src="{IMAGE}" alt=""></figure>'
    beside = f'<div class="wp-block-media-text is-stacked-on-mobile">{figure}{aside}</div>'
    return "\n".join((_paragraphs(told[:2]), beside, _paragraphs([*told[3:], post.byline])))


def _related(post: Post) -> str:
    link = f'<a class="p-url" href="{post.url}">{escape(post.story.title)}</a>'
    return (
        f'<div class="p-wrap p-list-inline"><div class="entry-title h4"><i class="rbi rbi-plus"></i>{link}</div></div>'
    )


def _card(post: Post) -> str:
    """A story as lists of the Foxiz theme show it, beside an article and on section pages."""
    title = escape(post.story.title)
    return (
        f'<div class="p-wrap p-list p-list-1"><div class="feat-holder"><a class="p-flink" href="{post.url}">'
        f'<img src="{IMAGE}" alt=""></a></div><div class="p-content"><h3 class="entry-title">'
        f'<a class="p-url" href="{post.url}">{title}</a></h3><div class="meta-el meta-date">'
        f'<time class="date published" datetime="{post.published.isoformat()}">50</time></div></div></div>'
    )


def foxiz_listing(posts: Iterable[Post], language: str, next_url: str | None, extra: str = "") -> bytes:
    """A section page of the Foxiz theme."""
    head = f'<link rel="next" href="{next_url}" />' if next_url else ""
    cards = "".join(map(_card, posts)) + extra
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="UTF-8" /><title>S A N A</title>{head}</head>'
        f'<body><nav><ul class="main-menu">{_menu(language)}</ul></nav><div class="site-wrap">'
        f'<div class="block-wrap">{cards}'
        "</div></div></body></html>"
    ).encode()


def sahifa(post: Post) -> bytes:
    """SANA's site until August 2025, kept on its archive host."""
    older, check = post.newer[:2]
    told = list(post.story.paragraphs)
    told[0] = post.dateline + told[0]
    page = _fill(
        "sahifa",
        lang=post.language,
        dir=FOXIZ[post.language]["dir"],
        charset=post.charset,
        title=escape(post.story.title),
        url=post.url,
        number=post.number,
        section=post.story.section,
        published=post.published.isoformat(),
        modified=post.published.replace(second=59).isoformat(),
        image=IMAGE,
        menu=_menu(post.language),
        ticker=_headlines(post.newer[:2]),
        shown_date=f"{post.published:%Y-%m-%d}",
        category="9",
        views="112",
        body=_paragraphs([*told, post.byline]),
        related="".join(
            f'<div class="related-item"><h3><a href="{p.url}">{escape(p.story.title)}</a></h3></div>'
            for p in post.newer
        ),
        tags=", ".join(f'<a href="?tag={n}" rel="tag">{tag}</a>' for n, tag in enumerate(post.story.tags)),
        older_url=older.url,
        older_title=escape(older.story.title),
        check_url=check.url,
        check_title=escape(check.story.title),
        check_excerpt=escape(check.dateline + check.story.paragraphs[0][:90]) + " …",
        sidebar=_headlines(post.newer),
        year=str(post.published.year),
    )
    return page.encode(post.charset, "xmlcharrefreplace")


def _headlines(posts: Iterable[Post]) -> str:
    return "".join(f'<li><a href="{post.url}">{escape(post.story.title)}</a></li>' for post in posts)


DISCLAIMER = (
    "MENAFN provides the\n              information “as is” without warranty of any kind. We do not accept\n"
    "              any responsibility or liability for the accuracy, content, images, videos, licenses,\n"
    "              completeness, legality, or reliability of the information contained in this article. If you\n"
    "              have any complaints or copyright issues related to this article, kindly contact the\n"
    "              provider above."
)
MOJIBAKE = DISCLAIMER.replace("“", "â€œ").replace("”", "â€\x9d")
ARABIC_DISCLAIMER = (
    "إخلاء المسؤولية القانونية: تعرض الشبكة هذه المعلومات كما وردت من دون أي ضمان، ولا تتحمل مسؤولية دقتها."
)


def menafn(post: Post) -> bytes:
    """MENAFN's story page."""
    told = list(post.story.paragraphs)
    if told:
        told[0] = post.dateline + told[0]
    arabic = post.language == "ar"
    page = _fill(
        "menafn",
        lang=post.language,
        dir="rtl" if arabic else "ltr",
        title=escape(post.story.title),
        teaser=escape(f"{told[0][:200]} ..." if told else ""),
        image="https://menafn.com/images/Menafn_SmallLogo.jpg",
        url=post.url,
        other_edition_url="/" if arabic else "/arabic/",
        other_edition="English" if arabic else "عربي",
        menu_regions="World",
        menu_topics="Sections",
        printed_date=f"{post.published:%Y-%m-%d %H:%M:%S}",
        body=_paragraphs(told),
        code=post.code,
        disclaimer_label="" if arabic else "Legal Disclaimer:",
        disclaimer=post.disclaimer,
        most_popular="Most popular stories",
        sidebar=_headlines(post.newer),
        copyright="Copyright © MENAFN. All Rights Reserved.",
    )
    return page.encode()


def menafn_listing(posts: Iterable[Post]) -> bytes:
    """MENAFN's front page."""
    items = "".join(f'<h4 class="entry-title"><a href="{p.url}">{escape(p.story.title)}</a></h4>' for p in posts)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>MENAFN</title></head><body><ul><li class="has-child">'
        '<div class="dropdown-inner"><ul><li><a href="/politics">Politics</a></li></ul></div></li></ul>'
        f'<main>{items}<h4 class="entry-title"><a href="/MenaGoogleSearch.aspx?cx=0">More</a></h4></main></body></html>'
    ).encode()


def syriatimes(post: Post) -> bytes:
    """The Syria Times' story page."""
    told = list(post.story.paragraphs)
    if told:
        told[0] = post.dateline + told[0]
    published = f'<meta property="article:published_time" content="{post.published.isoformat()}">'
    latest = " ".join(_cut(item.story.title) for item in post.newer)
    page = _fill(
        "syriatimes",
        title=escape(post.story.title),
        url=post.url,
        image="https://syriatimes.sy/images/story.jpg",
        published_meta=published if post.declares_date else "",
        body=_paragraphs([*told, post.byline]),
        like_url=post.newer[0].url,
        latest=escape(latest),
    )
    return page.encode()


def _cut(headline: str, length: int = 48) -> str:
    """A headline as the sidebar prints it, long ones cut with dots."""
    return headline if len(headline) <= length else headline[:length].rstrip() + " ..."


def syriatimes_listing(posts: Iterable[Post], next_url: str | None, extra: str = "") -> bytes:
    """A page of The Syria Times' front page list."""
    items = "".join(f'<h2><a href="{p.url}">{escape(p.story.title)}</a></h2>' for p in posts)
    more = f'<a class="next" href="{next_url}">Next</a>' if next_url else ""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>The Syria Times</title></head><body><nav>'
        f'<a href="/about-us">About us</a></nav><main>{items}{extra}{more}</main></body></html>'
    ).encode()
