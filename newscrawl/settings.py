"""Scrapy's settings; ``ITEM_PIPELINES`` is the one place that states the order of the stages."""

from newscrawl.config import load_config
from newscrawl.fetch.agent import user_agent
from newscrawl.fetch.logs import quieten_libraries

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]

ITEM_PIPELINES = {
    "pipelines.archive.ArchivePipeline": 100,
    "pipelines.strip.StripPipeline": 200,
    "pipelines.dates.DatesPipeline": 300,
    "pipelines.language.LanguagePipeline": 400,
    "pipelines.store.StorePipeline": 500,
}

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "newscrawl.fetch.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.fetch.robots.RobotsMiddleware": 100,
    # Behind the retry that it makes wait.
    "newscrawl.fetch.politeness.PolitenessMiddleware": 560,
    # Where bodies are decoded.
    "newscrawl.fetch.usage.UsageMiddleware": 580,
    # Next to the network: before redirects are followed and bodies decoded.
    "newscrawl.archive.middleware.ArchiveMiddleware": 950,
    "newscrawl.archive.middleware.ReplayMiddleware": 999,
}

EXTENSIONS = {"newscrawl.fetch.deadline.Deadline": 500}

# Manners
USER_AGENT = user_agent(load_config().contact)
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newscrawl"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0  # a stated delay is a minimum
AUTOTHROTTLE_ENABLED = False  # it undoes Crawl-delay (gaps of 1.0, 0.5, 0.25 s were seen)
COOKIES_ENABLED = False
REFERER_ENABLED = True
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

# Limits
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
DNS_TIMEOUT = 20
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the address's state tells it
REDIRECT_MAX_TIMES = 10
METAREFRESH_MAXDELAY = 3  # longer ones are pages that reload themselves
METAREFRESH_IGNORE_TAGS = ["script", "noscript"]
DOWNLOAD_VERIFY_CERTIFICATES = True

# No doors into the process
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

LOG_LEVEL = "INFO"
LOG_FORMATTER = "newscrawl.fetch.logs.ShortLogFormatter"

quieten_libraries()
