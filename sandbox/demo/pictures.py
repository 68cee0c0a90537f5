"""The demo's photos: what citizens show and what handlers show in return, drawn by the program, no camera's.

Each kind of trouble has a scene, painted as it was (`repaired` False) and as it is after the work. The same seed paints
the same picture. What is painted goes through the check that every upload goes through (common/security/uploads.py).
"""

import io
from dataclasses import replace
from functools import lru_cache
from random import Random

import numpy as np
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFilter

from common.security.uploads import Upload, examine, numbered
from sandbox.random_people import dice
from sandbox.texts import Words

from .cases import SCENES

WIDE, HIGH = 720, 540  # as painted
KEPT = (440, 330)
VARIANTS = 2  # pictures of one scene; painting costs time, so they come up again
GRAIN = 2.5
# By the category of the opinion: the scene painted, and what a clerk or handler calls the photo; then, where the
# category holds other troubles too, what the title must say.
SCENE_OF = {
    "0403": ("road", "路面塌陷", "路面已修复"),
    "0501": ("tap", "水管没水", "已通水"),
    "0503": ("canal", "水渠垮塌", "水渠已修复"),
    "0303": ("lamp", "路灯不亮", "路灯已亮", "灯"),
    "0302": ("roof", "屋顶漏雨", "屋顶已翻修"),
    "0702": ("river", "河沟污水", "清理后"),
    "0801": ("wall", "围墙裂缝", "围墙已加固", "围墙"),
    "1302": ("crossing", "路口现场", "整治后的路口"),
}
# Who stood there took a photo; who called or wrote a letter did not.
WITH_PHOTO = ("reception", "visit", "web", "symposium", "inspection")
SHARE = 0.3


def of_citizen(seed: str, words: Words, channel: str) -> list[Upload]:
    """Return what comes with an opinion: mostly nothing; else a photo or two. The form of a stranger numbers the
    files."""
    rng = dice(f"photo {seed}")
    if words.category not in SCENE_OF or channel not in WITH_PHOTO or rng.random() > SHARE:
        return []
    scene, named, _after, *must = SCENE_OF[words.category]
    if must and must[0] not in words.title:
        return []
    first = _place(seed)
    many = 2 if rng.random() < 0.3 else 1
    photos = [taken(scene, (first + place) % VARIANTS, f"{named}{place + 1}") for place in range(many)]
    return numbered(photos) if channel == "web" else photos


def of_handler(seed: str, category: str) -> list[Upload]:
    """Return what comes with the answer to an opinion that came with a photo: the same place after the work."""
    if category not in SCENE_OF:
        return []
    scene, _before, named, *_must = SCENE_OF[category]
    return [taken(scene, _place(seed), named, repaired=True)]


def _place(seed: str) -> int:
    """Return which of the pictures of a scene is that of the opinion."""
    return dice(f"place {seed}").randrange(VARIANTS)


def taken(scene: str, variant: int, name: str, *, repaired: bool = False) -> Upload:
    """Return the photo under the name that somebody gave it."""
    return replace(_checked(scene, variant, repaired), name=f"{name}.jpg")


@lru_cache(maxsize=64)
def _checked(scene: str, variant: int, repaired: bool) -> Upload:
    """Return the photo as it is kept after the check of uploads."""
    stream = io.BytesIO()
    painted(scene, variant, repaired=repaired).save(stream, "JPEG", quality=80)
    return examine(ContentFile(stream.getvalue(), name="1.jpg"))


def painted(scene: str, variant: int, *, repaired: bool) -> Image.Image:
    """Paint the scene in soft focus, with the grain and the dark corners of a cheap phone."""
    rng = Random(f"{scene} {variant}")
    image = Image.new("RGB", (WIDE, HIGH))
    SCENES[scene](ImageDraw.Draw(image, "RGBA"), rng, repaired)
    image = image.resize(KEPT, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(0.6))
    wide, high = KEPT
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal((high, wide, 1), dtype=np.float32)
    across, down = np.linspace(-1, 1, wide)[None, :], np.linspace(-1, 1, high)[:, None]
    corners = (1 - 0.16 * (across**2 + down**2)).astype(np.float32)[..., None]
    light = np.float32(rng.uniform(0.9, 1.04))
    return Image.fromarray((pixels * corners * light + GRAIN * noise).clip(0, 255).astype(np.uint8))
