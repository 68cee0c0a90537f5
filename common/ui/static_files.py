"""The addresses of stylesheets and scripts."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Each page names seventeen files, whose addresses stay the same while the process lives: worked out once."""

    @cache  # noqa: B019 - there is one of it
    def url(self, name, force=False):
        return super().url(name, force)
