"""The app: pages and a REST interface, served by ``brainmag serve``."""
