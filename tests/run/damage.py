"""Ways in which a file comes to harm, by chance or by intent."""

import io
import zipfile

import numpy as np


def flip_bits(content, rng):
    damaged = bytearray(content)
    for place in rng.integers(0, 8 * len(content), rng.integers(1, 9)):
        damaged[place // 8] ^= 1 << place % 8
    return bytes(damaged)


def cut_out(content, rng):
    start, end = np.sort(rng.integers(0, len(content) + 1, 2))
    return content[:start] + content[end:]


def insert(content, rng):
    place = rng.integers(0, len(content) + 1)
    return content[:place] + rng.bytes(rng.integers(1, 40)) + content[place:]


def overwrite_a_number(content, rng):
    place = rng.integers(0, len(content) - 4)
    number = int(rng.choice([0, 1, 8, 2**16 - 1, 2**31, 2**32 - 1]))
    return content[:place] + number.to_bytes(4, "little") + content[place + 4 :]


def repeat_a_part(content, rng):
    start, end = np.sort(rng.integers(0, len(content) + 1, 2))
    return content[:end] + content[start:]


def change_within_a_member(content, rng):
    """Damage what an archive holds, and leave the archive whole: its checksum says that all is well."""
    damage = (flip_bits, cut_out, insert, overwrite_a_number, repeat_a_part)[rng.integers(5)]
    members = members_of(content)
    name = sorted(members)[rng.integers(len(members))]
    start = int(rng.choice([0, 10, 128]))  # the whole, the header's text, or the numbers
    end = 128 if rng.random() < 0.7 and start < 128 else len(members[name])
    members[name] = members[name][:start] + damage(members[name][start:end], rng) + members[name][end:]
    return zipped(members)


DAMAGES = (flip_bits, cut_out, insert, overwrite_a_number, repeat_a_part) + (change_within_a_member,) * 5


def damaged(content, number):
    """Return a file's content, damaged in one of a great many ways."""
    return DAMAGES[number % len(DAMAGES)](content, np.random.default_rng([3, number]))


def members_of(content):
    """Return what an archive holds: the bytes of each member, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members, compression=zipfile.ZIP_STORED):
    """Return an archive of such members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def npy(array):
    """Return an array as an .npy file, even if it holds objects."""
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()
