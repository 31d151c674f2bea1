"""What can be wrong with a data file."""


class DataError(Exception):
    """A data file or a data set that cannot be used.

    Its text is made for the person who chose the file: sentences that name the file, say what was expected
    and what was found and, where that helps, what to do.
    """
