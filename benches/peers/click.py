"""The finger: clicks where it is told on the display, one "x y" a line, and says when it has."""

import sys

from Xlib import X, display
from Xlib.ext import xtest

screen = display.Display()
for line in sys.stdin:
    x, y = (int(word) for word in line.split())
    xtest.fake_input(screen, X.MotionNotify, x=x, y=y)
    xtest.fake_input(screen, X.ButtonPress, 1)
    xtest.fake_input(screen, X.ButtonRelease, 1)
    screen.sync()
    print("clicked", flush=True)
