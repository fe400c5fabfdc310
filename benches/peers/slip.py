"""What well-known libraries take for the same slips: python-escpos and Pillow, reportlab, typst.

Reads {"font": FILE, "fonts": FOLDER, "rounds": N, "slips": [{"lines": [TEXT], "qr": TEXT}]} from standard input and
prints {FIGURE: [NUMBER]}, times in milliseconds and sizes in kilobytes, each over all slips and rounds. Each library
does the least that gives the same words: one size of letters, lines broken by width alone.
"""

import io
import json
import sys
import time

import qrcode
import typst
from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

DOTS, EM, LEADING = 576, 26, 38
MM = 72 / 25.4


def broken(text, width):
    """Lines of at most `width` half characters."""
    line, used = "", 0
    for character in text:
        cells = 1 if character.isascii() else 2
        if used + cells > width:
            yield line
            line, used = "", 0
        line += character
        used += cells
    yield line


def drawn(slip, font):
    lines = [line for text in slip["lines"] for line in broken(text, DOTS // (EM // 2))]
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=5, border=4)
    code.add_data(slip["qr"])
    code.make(fit=True)
    mark = code.make_image().get_image().convert("1")
    picture = Image.new("1", (DOTS, len(lines) * LEADING + mark.height), 1)
    pen = ImageDraw.Draw(picture)
    for at, line in enumerate(lines):
        pen.text((0, at * LEADING), line, font=font, fill=0)
    picture.paste(mark, ((DOTS - mark.width) // 2, len(lines) * LEADING))
    return picture


def raster_bytes(picture):
    printer = Dummy()
    printer.image(picture, impl="bitImageRaster", center=False)
    printer.cut()
    return printer.output


def text_bytes(slip):
    printer = Dummy()
    printer._raw(b"\x1b@\x1c&")
    for text in slip["lines"]:
        for line in broken(text, 48):
            printer._raw(line.encode("gb18030") + b"\n")
    printer.qr(slip["qr"], native=True, size=5, ec=1)
    printer.cut()
    return printer.output


def reportlab_pdf(slip):
    lines = [line for text in slip["lines"] for line in broken(text, 44)]
    width, height = 80 * MM, (len(lines) * 4.8 + 60) * MM
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=(width, height))
    page.setFont("Noto", 9.2)
    for at, line in enumerate(lines):
        page.drawString(4 * MM, height - (at + 1) * 4.8 * MM, line)
    drawing = Drawing(50 * MM, 50 * MM)
    drawing.add(QrCodeWidget(slip["qr"], barLevel="M", barWidth=50 * MM, barHeight=50 * MM))
    renderPDF.draw(drawing, page, 15 * MM, 4 * MM)
    page.save()
    return out.getvalue()


def typst_source(slip, turn):
    # It remembers what it has compiled, so that no two sources are the same.
    lines = "\\\n".join("#" + json.dumps(text, ensure_ascii=False) for text in slip["lines"])
    lines += f"\\\n{turn}"
    head = '#set page(width: 80mm, height: auto, margin: 4mm)\n#set text(font: "Noto Sans SC", size: 9.2pt)\n'
    return (head + lines).encode()


def main():
    task = json.load(sys.stdin)
    font = ImageFont.truetype(task["font"], EM)
    pdfmetrics.registerFont(TTFont("Noto", task["font"]))
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[task["fonts"]])
    compiler = typst.Compiler(font_paths=fonts)
    figures = {}

    def timed(name, work):
        begun = time.perf_counter()
        value = work()
        figures.setdefault(f"{name} ms", []).append((time.perf_counter() - begun) * 1e3)
        return value

    for turn in range(task["rounds"]):
        for slip in task["slips"]:
            picture = timed("pillow", lambda: drawn(slip, font))
            for name, work in (
                ("escpos raster", lambda: raster_bytes(picture)),
                ("escpos text", lambda: text_bytes(slip)),
                ("reportlab", lambda: reportlab_pdf(slip)),
                ("typst", lambda: compiler.compile(input=typst_source(slip, turn), format="pdf")),
            ):
                made = timed(name, work)
                figures.setdefault(f"{name} kB", []).append(len(made) / 1e3)
    json.dump(figures, sys.stdout)


main()
