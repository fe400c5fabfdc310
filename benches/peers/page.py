"""Shows page.qml: page.py FOLDER-OF-FONTS."""

import pathlib
import sys

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

application = QGuiApplication(sys.argv)
engine = QQmlApplicationEngine()
engine.rootContext().setContextProperty("fonts", QUrl.fromLocalFile(sys.argv[1]).toString())
engine.load(QUrl.fromLocalFile(str(pathlib.Path(__file__).with_name("page.qml"))))
if not engine.rootObjects():
    sys.exit(1)
sys.exit(application.exec())
