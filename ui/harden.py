"""What stands before the application: request ids and the log, headers, bounds on bodies and rates, the check of where
a request comes from; and /metrics behind it. Outermost first:

    RequestLog → PagePolicy → SameOrigin → RateLimit → Bodies → (the application)
"""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI

from index.settings import Settings
from ui.bodies import Bodies
from ui.metrics import Metrics
from ui.page_policy import PagePolicy
from ui.rate_limit import RateLimit
from ui.request_log import RequestLog
from ui.same_origin import SameOrigin

_PROGRAMS = ("/api/", "/v1/", "/mcp")
_PROGRAM_BYTES = 2_000_000  # body_limit.py says no before
_FORM_BYTES = 20_000


def harden(
    app: FastAPI,
    settings: Settings,
    metrics: Metrics,
    pages: Sequence[str],
    scripts: Sequence[str],
    uploads: Mapping[str, int],
) -> None:
    """Put it all before `app`.

    `pages`: the paths of Gradio's pages; `scripts`: our inline scripts; `uploads`: by path, the longest file it takes.
    """
    most = dict.fromkeys(_PROGRAMS, _PROGRAM_BYTES) | {"/login": _FORM_BYTES, "/logout": _FORM_BYTES}
    most |= {path: size + _FORM_BYTES for path, size in uploads.items()}
    private = ["/login", "/logout", "/metrics", *(page.rstrip("/") for page in pages if page != "/")]
    app.add_middleware(Bodies, most_bytes=most)
    app.add_middleware(RateLimit, per_minute=settings.rate_per_minute, turned_away=metrics.turned_away)
    app.add_middleware(SameOrigin, open_to=_PROGRAMS)
    app.add_middleware(PagePolicy, pages=[*pages, "/api/docs"], private=private, scripts=scripts)
    app.add_middleware(RequestLog, watch=metrics.request, typed=settings.log_typed)
