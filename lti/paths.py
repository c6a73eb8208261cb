"""Give the templates the paths of the tool's pages: each is worked out once, and a page names dozens of them."""

from flask import Flask, request, url_for


def register_paths(app: Flask) -> None:
    """Give the templates ``url_for()`` as Flask has it; none of the tool's pages has a value in its path."""
    paths: dict[tuple[object, ...], str] = {}

    def find_path(endpoint: str, **values: str) -> str:
        """Return the path of an endpoint, below the path that the tool is mounted at.

        Raises: BuildError where there is no such endpoint.
        """
        asked = (request.root_path, endpoint, *values.items())
        if asked not in paths:
            paths[asked] = url_for(endpoint, **values)  # type: ignore[arg-type] # a path's values, none of its options
        return paths[asked]

    app.jinja_env.globals["url_for"] = find_path
