"""One file a view; a view shows what it is given and asks for changes by signals."""
