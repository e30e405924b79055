"""``python -m newscrawl``."""

from newscrawl.cli import main

if __name__ == "__main__":  # Worker processes import this module again.
    main()
