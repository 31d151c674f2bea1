"""Whether Qt can start and a window be opened, asked before Qt is, because Qt aborts the process where it cannot."""

import ctypes
import ctypes.util
import os
import sys

XCB_PACKAGES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"


def why_no_qt() -> str | None:
    """Return a sentence that says why Qt cannot paint, not even without a window, or None where it can."""
    try:
        import PySide6.QtGui  # noqa: F401
    except ImportError as error:
        return (
            f"Qt cannot start, because a system library is missing: {error}. On Debian and Ubuntu, "
            "'apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1' provides what it needs."
        )
    return None


def why_no_window() -> str | None:
    """Return a sentence that says why no window can be opened, or None where one can."""
    if sys.platform != "linux":
        return None
    reason = why_no_qt()
    if reason is not None:
        return reason
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform not in ("", "xcb") or (platform == "" and os.environ.get("WAYLAND_DISPLAY")):
        return None
    if not os.environ.get("DISPLAY"):
        return "There is no display to open a window on."
    return _why_no_x11()


def _why_no_x11() -> str | None:
    missing = f"Qt's libraries for X11 are missing. On Debian and Ubuntu, 'apt install {XCB_PACKAGES}' provides them."
    try:
        ctypes.CDLL("libxcb-cursor.so.0")  # the one that desktops do not bring along by themselves
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return missing
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    # A connection that is open stays so: an X server without other clients may reset itself when its last one
    # leaves, and then Qt would find none. The process's end closes it.
    return f"The display {os.environ['DISPLAY']} cannot be reached." if failed else None
