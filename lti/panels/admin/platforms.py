"""What an administrator may do about platforms and runs: sync now, make a registration link, approve or refuse."""

from collections.abc import Mapping

from flask import request

from analytics.language import gettext, mark
from bridge.errors import AddressesDiffer, AlreadyRegistered, BridgeError, ClientIdTaken, NotPending, NotYourPlatform
from bridge.store.pending_registrations import PendingRecord, approve, load_pending, refuse
from bridge.store.registration_links import make_link
from bridge.store.sync_requests import request_sync
from lti.changes import Change, Changing, Done, ask_nothing
from lti.errors import NotFound
from lti.guard import Asker, View
from lti.panels.admin.registered import mark_of
from lti.panels.admin.views import APPROVE, LINK, REFUSE, SYNC, show_overview
from lti.panels.words import clean
from lti.registration.asking import link_address
from lti.services import services

NOT_APPROVED: Mapping[type[BridgeError], tuple[str, str, str]] = {
    AlreadyRegistered: (
        "there already",
        mark("It was registered by other means meanwhile."),
        mark("The one that is there stays as it is. Refuse this one, or remove the other: lea platform list."),
    ),
    NotYourPlatform: (
        "another administrator's platform",
        mark("This site is connected here already, under its own administrators."),
        mark(
            "Nothing was changed. They can make a link in their own administration; or whoever runs this tool approves "
            "with lea platform approve."
        ),
    ),
    ClientIdTaken: (
        "client id taken",
        mark("Another platform uses this client id here already."),
        mark("Nothing was changed. Refuse this one, delete the tool in that Moodle, and register it anew."),
    ),
    AddressesDiffer: (
        "other addresses",
        mark("It names other addresses than the ones by which this site is registered."),
        mark(
            "Nothing was changed. Refuse it unless you know why: whoever brings other keys could sign in as "
            "anybody. If "
            "the addresses are right, whoever runs this tool adds them with lea platform add."
        ),
    ),
}
"""Error → what the access row says, and what the page does."""


def _overview(_asker: Asker, done: Done, _heard: object) -> View:
    return lambda asked: show_overview(asked, done=done)


def _sync(asked: Changing, _heard: None) -> Done:
    request_sync(asked.db, asked.platform_id, asked.now)
    text = gettext(
        "The worker begins within seconds and may need some minutes. Open this page again to see how it went."
    )
    return Done("sync asked for", "good", gettext("A sync was asked for."), text)


def _make_link(asked: Changing, _heard: None) -> Done:
    token = make_link(asked.db, made_by_platform_id=asked.platform_id, now=asked.now)
    text = gettext("It stands below, and is shown this once. What registers by it waits here for your approval.")
    address = link_address(services().settings.public_url, token)
    return Done("registration link made", "good", gettext("A registration link was made."), text, secret=address)


def _find_waiting(asked: Changing) -> PendingRecord:
    """Return the waiting registration of the form, the very one that its page showed.

    What came by another platform's link is as good as none.
    """
    for one in load_pending(asked.db, asked.platform_id):
        if str(one.pending_id) == asked.object and mark_of(one) == request.form.get("shown"):
            return one
    raise NotFound


def _approve(asked: Changing, _heard: None) -> Done:
    one = _find_waiting(asked)
    try:
        with asked.db.begin_nested():  # what does not end well leaves the registration waiting
            platform_id = approve(asked.db, one.pending_id, asked.now, by_platform_id=asked.platform_id)
            # The plugin refuses "log in as" only in what it knows to be this tool, and the sync tells it.
            request_sync(asked.db, platform_id, asked.now)
    except NotPending as error:  # somebody else was quicker
        raise NotFound from error
    except (AlreadyRegistered, NotYourPlatform, ClientIdTaken, AddressesDiffer) as error:
        why, strong, text = NOT_APPROVED[type(error)]
        return Done(f"registration {one.pending_id} not approved: {why}", "warn", gettext(strong), gettext(text))
    name = clean(one.granted.name)
    text = gettext(
        "Launches from there work now. Its own administrator connects it: by a launch, or lea platform connect."
    )
    detail = f"registration {one.pending_id} approved as platform {platform_id}: {clean(one.granted.issuer)}"
    return Done(detail, "good", gettext("{name} is approved.", name=name), text)


def _refuse(asked: Changing, _heard: None) -> Done:
    one = _find_waiting(asked)
    try:
        refuse(asked.db, one.pending_id)
    except NotPending as error:
        raise NotFound from error
    text = gettext(
        "No launch works by it. The tool’s entry in that Moodle stays until its administrator deletes it there."
    )
    detail = f"registration {one.pending_id} refused: {clean(one.granted.issuer)}"
    return Done(detail, "info", gettext("{name} is refused.", name=clean(one.granted.name)), text)


CHANGES = (
    Change(SYNC, ask_nothing, _sync, _overview),
    Change(LINK, ask_nothing, _make_link, _overview),
    Change(APPROVE, ask_nothing, _approve, _overview, object_field="pending"),
    Change(REFUSE, ask_nothing, _refuse, _overview, object_field="pending"),
)
