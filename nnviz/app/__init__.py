"""The window: Qt and pyqtgraph. It shows what `run` hands it, asks for changes, and computes nothing itself."""
