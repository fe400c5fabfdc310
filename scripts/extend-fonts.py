#!/usr/bin/env python3
"""Adds to the bundled faces the Chinese characters outside the basic plane that people's names are written with.

    pip install fonttools
    apt-get install fonts-noto-cjk
    scripts/extend-fonts.py

Noto Sans SC as it is distributed for the web has 54 of them; Noto Sans CJK, the same design by the same makers under
the same licence, has some two thousand more. Their outlines are added as they are (cubic curves made quadratic, at most a unit off); every glyph that was there keeps its number, so
that nothing else changes. Both weights get the same ones in the same order, because slips count on that.
"""

from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"
DONORS = Path("/usr/share/fonts/opentype/noto")
FIRST = 0x20000


def extend(weight: str) -> None:
    path = FONTS / f"NotoSansSC-{weight}.ttf"
    face = TTFont(path)
    collection = TTCollection(DONORS / f"NotoSansCJK-{weight}.ttc", lazy=True)
    donor = next(font for font in collection.fonts if font["name"].getDebugName(1) == "Noto Sans CJK SC")
    assert donor["head"].unitsPerEm == face["head"].unitsPerEm
    have, offered = face.getBestCmap(), donor.getBestCmap()
    wanted = sorted(code for code in offered if code >= FIRST and code not in have)
    tables = [table for table in face["cmap"].tables if table.format == 12]
    glyf, outlines, order = face["glyf"], donor.getGlyphSet(), face.getGlyphOrder()
    for code in wanted:
        name = f"u{code:05X}"
        pen = TTGlyphPen(None)
        outlines[offered[code]].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyph = glyf.glyphs[name] = pen.glyph()
        glyph.recalcBounds(glyf)
        face["hmtx"][name] = (donor["hmtx"][offered[code]][0], glyph.xMin)
        face["vmtx"][name] = (1000, 880 - glyph.yMax)
        for table in tables:
            table.cmap[code] = name
        order.append(name)
    face.setGlyphOrder(order)
    glyf.glyphOrder = order
    face["maxp"].numGlyphs = len(order)
    # The same bytes whenever it is run.
    face.recalcTimestamp = False
    face.save(path)
    print(f"{path.name}: {len(wanted)} characters added, {len(order)} glyphs")


for weight in ["Regular", "Bold"]:
    extend(weight)
