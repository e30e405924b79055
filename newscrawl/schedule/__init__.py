"""When outlets are crawled: schedules, what is due by them, and what runs them by cron, systemd or a daemon."""
