"""The addresses of stylesheets and scripts."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Computes each file's address once: a page names seventeen, and they stay the same while the process lives."""

    @cache  # noqa: B019 - there is one of it
    def url(self, name: str | None, force: bool = False) -> str:
        return super().url(name, force)
