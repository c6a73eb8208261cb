"""The WSGI entry point for gunicorn: `gunicorn wsgi:application`."""

import os

from bridge.config import Settings
from lti.app import create_app

application = create_app(Settings.from_environment(os.environ))
