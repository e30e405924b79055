"""The spider, for Scrapy to find."""
