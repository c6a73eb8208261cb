"""The security headers of every answer (the tool's LTI notes, section 2, row 8) and what counts as its own origin."""

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from bridge.config import Settings
from bridge.store.database import reading
from bridge.store.registrations import load_issuers
from bridge.store.viewers import PlatformAddresses
from lti.origins import origin_of
from lti.services import services

FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "web-share", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in FEATURES)


def is_own_origin(url: str, settings: Settings) -> bool:
    """Say whether an address, or an Origin header, is of the tool's own origin."""
    return origin_of(url) is not None and origin_of(url) == origin_of(settings.public_url)


def is_foreign_form(settings: Settings) -> bool:
    """Say whether the browser tells that another site sent this request's form.

    A page under `no-referrer` sends its own forms with the origin "null", and so can any other site; what browsers add
    in `Sec-Fetch-Site`, where they do, tells these two apart.
    """
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and not is_own_origin(origin, settings):
        return True
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def register_headers(app: Flask) -> None:
    """Put the headers on every answer, error pages and static files included."""
    app.after_request(_add_headers)


def _add_headers(answer: Response) -> Response:
    headers = answer.headers
    headers["Content-Security-Policy"] = _content_security_policy()
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Strict-Transport-Security"] = "max-age=31536000"
    headers["X-Request-Id"] = g.request_id
    # Style sheet and script may be kept, but are asked for anew; pages are never kept.
    headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else headers.get("Cache-Control", "no-store")
    if request.headers.get("Sec-Fetch-Dest") == "document":
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return answer


def _content_security_policy() -> str:
    addresses: PlatformAddresses | None = g.get("addresses")
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            f"form-action {_form_targets(addresses)}",
            "base-uri 'none'",
            f"frame-ancestors {_frame_ancestors(addresses)}",
        )
    )


def _form_targets(addresses: PlatformAddresses | None) -> str:
    """Return where this page's forms may go; a page whose forms all go to one other origin (Deep Linking) names it."""
    if (only := g.get("form_origin")) is not None:
        return str(only)
    origin = None if addresses is None else origin_of(addresses.auth_login_url)
    return "'self'" if origin is None else f"'self' {origin}"


def _frame_ancestors(addresses: PlatformAddresses | None) -> str:
    """Return this session's platform; before one is known, every registered one, so that its error page can be read.

    A page for a platform that is not registered yet names its own.
    """
    if (asking := g.get("frame_origin")) is not None:
        return str(asking)
    issuers: tuple[str, ...] = () if addresses is None else (addresses.issuer,)
    if addresses is None and request.path.startswith(("/lti/", "/panel")):
        try:
            with reading(services().sessions) as db:
                issuers = load_issuers(db)
        except SQLAlchemyError:  # the database is down, and the page that says so still needs its headers
            issuers = ()
    origins = [origin for issuer in issuers if (origin := origin_of(issuer))]
    return " ".join(origins) or "'none'"
