"""What the demo's photos show: each scene painted with plain shapes, as it was found or `repaired`."""

from math import sin
from random import Random

from PIL.ImageDraw import ImageDraw

W, H = 720, 540
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


def gradient(draw: ImageDraw, top: Colour, bottom: Colour, first: int, last: int) -> None:
    """Draw bands from one colour to the other, from the row `first` to `last`."""
    for y in range(first, last, 3):
        share = (y - first) / max(1, last - first)
        draw.rectangle(
            (0, y, W, y + 3), fill=tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        )


def specks(draw: ImageDraw, rng: Random, box: Box, colour: Colour, count: int, size: int = 3) -> None:
    """Draw gravel, grass or dirt: `count` small spots of about the colour within the box."""
    left, top, right, bottom = box
    for _number in range(count):
        x, y, wide = rng.uniform(left, right), rng.uniform(top, bottom), rng.uniform(1, size)
        shade = rng.randint(-22, 22)
        fill = tuple(max(0, min(255, part + shade)) for part in colour)
        draw.ellipse((x, y, x + wide * 1.6, y + wide), fill=fill)


def blob(draw: ImageDraw, rng: Random, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
    """Draw an uneven round patch."""
    points = []
    for step in range(18):
        angle, far = step * 6.2832 / 18, rng.uniform(0.82, 1.1)
        points.append((x + wide * far * sin(angle + 1.5708), y + high * far * sin(angle)))
    draw.polygon(points, fill=colour)


def crack(
    draw: ImageDraw, rng: Random, x: float, y: float, down: float, colour: Colour, width: int = 4
) -> None:
    """Draw a line that goes down in small turns."""
    points = [(x, y)]
    while points[-1][1] < y + down:
        points.append((points[-1][0] + rng.uniform(-18, 18), points[-1][1] + rng.uniform(10, 26)))
    draw.line(points, fill=colour, width=width, joint="curve")


def hills(draw: ImageDraw, rng: Random, level: int) -> None:
    """Draw sky and two rows of mountains behind each other."""
    gradient(draw, (176, 198, 214), (226, 231, 230), 0, level)
    for far, colour in ((70, (139, 160, 158)), (30, (92, 122, 92))):
        start, pace = rng.uniform(0, 6), rng.uniform(90, 140)
        ridge = [
            (x, level - far - 34 * sin(start + x / pace) - 12 * sin(x / 31)) for x in range(0, W + 20, 20)
        ]
        draw.polygon([*ridge, (W, level + 40), (0, level + 40)], fill=colour)


def way(draw: ImageDraw, rng: Random, colour: Colour) -> None:
    """Draw a road from the viewer to the hills, with grass at its sides."""
    level = rng.randint(185, 225)
    hills(draw, rng, level)
    gradient(draw, (112, 138, 78), (92, 112, 58), level, H)
    specks(draw, rng, (0, level + 10, W, H), (98, 122, 60), 600, 5)
    middle = W / 2 + rng.randint(-50, 50)
    draw.polygon([(middle - 34, level), (middle + 34, level), (W - 40, H), (40, H)], fill=colour)
    specks(draw, rng, (180, level + 90, W - 180, H), colour, 700)


def road(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a country road with holes, or repaired."""
    way(draw, rng, (136, 133, 126))
    x, y = W / 2 + rng.randint(-24, 24), rng.randint(380, 430)
    if repaired:
        draw.polygon(
            [(x - 96, y - 62), (x + 82, y - 66), (x + 116, y + 66), (x - 126, y + 70)], fill=(72, 72, 74)
        )
        specks(draw, rng, (x - 96, y - 58, x + 90, y + 62), (78, 78, 80), 500)
        return
    for _number in range(5):
        crack(draw, rng, x + rng.randint(-190, 190), y - 90, 150, (88, 84, 78))
    blob(draw, rng, x, y, 148, 58, (104, 92, 76))
    blob(draw, rng, x + 4, y + 6, 122, 44, (66, 56, 46))
    blob(draw, rng, x + 12, y + 14, 84, 26, (128, 122, 108))
    specks(draw, rng, (x - 190, y - 70, x + 190, y + 84), (118, 108, 92), 160, 9)


def tap(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a tap on a cement wall over a bucket; the water runs, or one drop hangs."""
    gradient(draw, (186, 180, 168), (160, 154, 142), 0, 420)
    specks(draw, rng, (0, 0, W, 420), (170, 164, 152), 900)
    crack(draw, rng, rng.randint(60, 200), 0, 260, (140, 134, 122), 2)
    gradient(draw, (118, 112, 104), (96, 90, 84), 420, H)
    x, rust = W / 2 + rng.randint(-70, 70), (132, 96, 70)
    metal = (178, 182, 186) if repaired else rust
    draw.rectangle((x - 14, 0, x + 12, 180), fill=(142, 146, 148))
    draw.rectangle((x - 14, 0, x - 8, 180), fill=(176, 180, 182))
    draw.rectangle((x - 30, 172, x + 96, 204), fill=metal)
    draw.rectangle((x + 70, 196, x + 100, 246), fill=metal)
    draw.rectangle((x + 22, 142, x + 36, 176), fill=metal)
    draw.rounded_rectangle((x - 10, 130, x + 68, 146), 7, fill=(64, 98, 140) if repaired else (120, 84, 60))
    left, right = x + 10, x + 160
    draw.polygon([(left, 390), (right, 390), (right - 20, 515), (left + 20, 515)], fill=(176, 62, 52))
    draw.ellipse((left, 372, right, 408), fill=(130, 42, 36))
    if repaired:
        draw.ellipse((left + 10, 378, right - 10, 406), fill=(150, 178, 190))
        draw.rectangle((x + 78, 246, x + 92, 392), fill=(206, 222, 230, 225))
        draw.rectangle((x + 82, 246, x + 85, 392), fill=(246, 250, 252))
    else:
        draw.ellipse((x + 81, 250, x + 90, 264), fill=(214, 226, 232))


def canal(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a ditch between rice fields; its wall has fallen in, or is new concrete with water."""
    level = rng.randint(150, 190)
    hills(draw, rng, level)
    gradient(draw, (150, 160, 84), (120, 136, 62), level, H)
    specks(draw, rng, (0, level, W, H), (126, 146, 64), 900, 5)
    wall, bed = ((186, 184, 178), (126, 152, 160)) if repaired else ((150, 142, 128), (108, 92, 70))
    draw.polygon([(330, level), (372, level), (590, H), (150, H)], fill=wall)
    draw.polygon([(341, level), (361, level), (500, H), (240, H)], fill=bed)
    if repaired:
        for _number in range(26):
            y = rng.randint(level + 60, H - 8)
            draw.line((330 - y / 9, y, 380 + y / 10, y), fill=(168, 192, 200), width=2)
        return
    x, y = 440 + rng.randint(-10, 20), 400 + rng.randint(-20, 20)
    blob(draw, rng, x, y, 130, 62, (122, 100, 72))
    for _number in range(26):
        blob(draw, rng, x + rng.randint(-120, 90), y + rng.randint(-44, 60), rng.randint(10, 28), rng.randint(7, 17),
             (148 + rng.randint(-20, 20), 140, 126))  # fmt: skip


def lamp(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a street at night, with one lamp."""
    gradient(draw, (20, 26, 42), (44, 48, 60), 0, 380)
    gradient(draw, (38, 38, 42), (26, 26, 28), 380, H)
    for place in range(5):
        left, top = place * 150 + rng.randint(-20, 20), rng.randint(190, 260)
        draw.rectangle((left, top, left + 128, 392), fill=(32 + place * 2, 34, 44))
        for row in range(top + 20, 360, 44):
            if rng.random() < 0.3:
                draw.rectangle((left + 24, row, left + 46, row + 24), fill=(196, 162, 96))
    x = W / 2 + rng.randint(-90, 90)
    if repaired:
        for wide in range(200, 20, -12):
            draw.polygon([(x + 70, 96), (x + 70 - wide, 520), (x + 70 + wide, 520)], fill=(255, 224, 150, 9))
        draw.ellipse((x - 120, 450, x + 260, 530), fill=(255, 226, 160, 70))
    draw.rectangle((x - 5, 80, x + 5, 480), fill=(96, 98, 102))
    draw.line((x, 84, x + 76, 78), fill=(96, 98, 102), width=8)
    draw.rounded_rectangle((x + 40, 72, x + 104, 92), 8, fill=(255, 244, 206) if repaired else (58, 60, 66))
    if repaired:
        for wide in (26, 44, 66):
            draw.ellipse((x + 72 - wide, 84 - wide, x + 72 + wide, 84 + wide), fill=(255, 240, 190, 46))


def roof(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a ceiling of boards with a hole and a tub below; or new tiles."""
    if repaired:
        gradient(draw, (186, 204, 216), (224, 230, 230), 0, 300)
        draw.polygon([(60, 300), (160, 110), (600, 110), (690, 300)], fill=(84, 86, 92))
        for row in range(9):
            y = 122 + row * 20
            for column in range(34):
                x = 66 + column * 19 + (row % 2) * 9
                if 152 - row * 10 < x < 582 + row * 10:
                    shade = 84 + rng.randint(-12, 14)
                    draw.arc((x, y - 12, x + 18, y + 12), 0, 180, fill=(shade, shade, shade + 8), width=5)
        gradient(draw, (150, 112, 74), (126, 92, 60), 300, H)
        for x in range(0, W, 46):
            draw.line((x, 300, x, H), fill=(104, 76, 50), width=3)
        draw.rectangle((300, 360, 410, H), fill=(82, 58, 40))
        return
    gradient(draw, (74, 56, 42), (100, 78, 58), 0, 360)
    for x in range(0, W, 62):
        draw.rectangle((x, 0, x + 56, 350), fill=(96 + rng.randint(-14, 14), 74, 54))
    gradient(draw, (92, 82, 70), (70, 62, 54), 350, H)
    x, y = 330 + rng.randint(-90, 90), 150
    blob(draw, rng, x, y, 190, 96, (60, 46, 36))
    blob(draw, rng, x, y, 78, 40, (208, 218, 222))
    for place in range(7):
        drop = x + rng.randint(-50, 50)
        draw.line(
            (drop, y + 20 + place * 30, drop - 2, y + 46 + place * 30), fill=(206, 214, 220, 150), width=2
        )
    draw.polygon([(x - 90, 420), (x + 90, 420), (x + 66, 510), (x - 66, 510)], fill=(70, 110, 150))
    draw.ellipse((x - 90, 404, x + 90, 436), fill=(112, 134, 146))


def river(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a stream between banks: black below a pipe, or clear over its stones."""
    level = rng.randint(150, 190)
    hills(draw, rng, level)
    gradient(draw, (122, 140, 84), (98, 112, 62), level, H)
    specks(draw, rng, (0, level, W, H), (104, 122, 64), 800, 5)
    water = (116, 150, 152) if repaired else (48, 46, 42)
    bend = rng.randint(-40, 40)
    draw.polygon([(330 + bend, level), (400 + bend, level), (640, H), (90, H)], fill=water)
    for _number in range(70):
        y = rng.randint(level + 30, H - 6)
        x, half = rng.uniform(290 - (y - level) / 3, 410 + (y - level) / 3), rng.uniform(8, 34)
        draw.line((x - half, y, x + half, y), fill=tuple(part + 24 for part in water), width=2)
    if repaired:
        specks(draw, rng, (200, 440, 540, H), (150, 146, 132), 80, 18)
        return
    draw.rectangle((70, 330, 236, 372), fill=(150, 148, 144))
    draw.ellipse((220, 328, 250, 374), fill=(40, 38, 36))
    draw.polygon([(226, 352), (248, 352), (300, 450), (236, 456)], fill=(62, 58, 50))
    for _number in range(40):
        x, y, size = rng.randint(220, 420), rng.randint(430, 500), rng.randint(5, 18)
        draw.ellipse((x, y, x + size * 1.7, y + size), fill=(196, 190, 172, 190))


def wall(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw the wall of a school yard, cracked or plastered."""
    gradient(draw, (190, 206, 216), (222, 228, 230), 0, 130)
    draw.rectangle((0, 110, W, 440), fill=(206, 202, 190) if repaired else (184, 174, 154))
    draw.rectangle((0, 96, W, 118), fill=(156, 78, 60))
    draw.rectangle((0, 360, W, 440), fill=(110, 146, 150) if repaired else (128, 134, 128))
    gradient(draw, (146, 142, 134), (118, 114, 108), 440, H)
    specks(draw, rng, (0, 118, W, 440), (190, 182, 164), 900)
    if repaired:
        for left in range(120, W, 200):
            draw.rectangle((left, 118, left + 34, 440), fill=(188, 184, 172))
        return
    x = W / 2 + rng.randint(-150, 150)
    crack(draw, rng, x, 112, 320, (58, 50, 42), 9)
    crack(draw, rng, x + 14, 180, 200, (84, 74, 62), 4)
    crack(draw, rng, x - 40, 230, 150, (84, 74, 62), 3)
    blob(draw, rng, x + 40, 400, 70, 34, (150, 98, 76))


def crossing(draw: ImageDraw, rng: Random, repaired: bool) -> None:
    """Draw a road before a school, bare or with stripes and a light."""
    way(draw, rng, (112, 112, 114))
    for place in range(3):
        left = rng.randint(-20, 60) + place * 250
        draw.rectangle((left, 120 + place % 2 * 20, left + 150, 236), fill=(206 - place * 12, 194, 178))
    if repaired:
        for place in range(9):
            left = 130 + place * 54
            draw.polygon(
                [(left + 8, 380), (left + 34, 380), (left + 38, 470), (left, 470)], fill=(232, 232, 226)
            )
        draw.rectangle((628, 130, 640, 430), fill=(88, 92, 96))
        draw.rounded_rectangle((612, 90, 656, 196), 8, fill=(38, 40, 44))
        for y, colour in ((98, (70, 34, 32)), (130, (72, 64, 30)), (162, (70, 208, 120))):
            draw.ellipse((621, y, 647, y + 26), fill=colour)
        return
    for x, y, size, colour in ((300, 300, 60, (168, 52, 46)), (430, 390, 104, (226, 226, 228))):
        draw.rounded_rectangle((x, y, x + size * 1.5, y + size * 0.6), 9, fill=colour)
        draw.rounded_rectangle(
            (x + size * 0.3, y - size * 0.34, x + size * 1.2, y + size * 0.14), 9, fill=(70, 84, 94)
        )
        for wheel in (0.2, 1.0):
            side = x + size * wheel
            draw.ellipse((side, y + size * 0.44, side + size * 0.34, y + size * 0.78), fill=(30, 30, 32))


SCENES = {
    "road": road, "tap": tap, "canal": canal, "lamp": lamp, "roof": roof, "river": river, "wall": wall,
    "crossing": crossing,
}  # fmt: skip
