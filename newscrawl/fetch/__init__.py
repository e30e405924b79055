"""Manners and limits of fetching: delays, hosts, what a failure means, and what one run's crawlers share."""
