"""How newscrawl introduces itself."""

from importlib.metadata import version

VERSION = version("newscrawl")
SOFTWARE = f"newscrawl/{VERSION}"


def user_agent(contact: str | None) -> str:
    """The User-Agent header: program, version, and whom a site's owner can turn to."""
    return f"{SOFTWARE} (+{contact})" if contact else f"{SOFTWARE} (news corpus; no contact configured)"
