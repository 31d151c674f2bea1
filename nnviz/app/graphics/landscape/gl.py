"""Whether there is OpenGL here, without loading what draws with it: that takes longer than the window to open."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

if TYPE_CHECKING:
    from nnviz.app.graphics.landscape.gl_stage import Stage

NONE = "There is no OpenGL here, which the picture in three dimensions needs; the map shows the same surface."


class NoGraphicsError(Exception):
    """Nothing can be drawn in three dimensions; the text says so, and what there is instead."""


def make_context() -> tuple[QOpenGLContext, QOffscreenSurface]:
    """Return a context that draws outside of every window, and a surface to make it current on.

    Raises
    ------
    NoGraphicsError
        If there is none.
    """
    application = QGuiApplication.instance()
    # The platform "minimal" has not even the means to say that it has none.
    if application is None or QGuiApplication.platformName() in ("minimal", "offscreen", "vnc"):
        raise NoGraphicsError(NONE)
    wanted = QSurfaceFormat()
    wanted.setDepthBufferSize(24)
    context = QOpenGLContext(application)
    context.setFormat(wanted)
    if not context.create():
        raise NoGraphicsError(NONE)
    surface = QOffscreenSurface(context.screen(), application)
    surface.setFormat(context.format())
    surface.create()
    if not surface.isValid() or not context.makeCurrent(surface):
        raise NoGraphicsError(NONE)
    version = context.format().version()
    context.doneCurrent()
    if tuple(version) < (2, 0):
        raise NoGraphicsError(NONE)
    return context, surface


@cache
def _made() -> Stage | str:
    try:
        context, surface = make_context()
        _agree_with_qt()
        from nnviz.app.graphics.landscape.gl_stage import Stage

        return Stage(context, surface)
    except NoGraphicsError as error:
        return str(error)
    except Exception:  # drivers and bindings fail in more ways than can be listed; none may end the program
        return NONE


def stage() -> Stage:
    """Return what draws in three dimensions: one for the whole program, made when it is first asked for.

    Raises
    ------
    NoGraphicsError
        If there is no OpenGL, or it has failed before.
    """
    made = _made()
    if isinstance(made, str):
        raise NoGraphicsError(made)
    if made.is_broken:
        raise NoGraphicsError(NONE)
    return made


def _agree_with_qt() -> None:
    """Have PyOpenGL look for the context where Qt has made it: by itself, it guesses from the desktop."""
    if sys.platform == "linux":
        by_egl = QGuiApplication.platformName() != "xcb" or "egl" in os.environ.get(
            "QT_XCB_GL_INTEGRATION", ""
        )
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl" if by_egl else "glx")
