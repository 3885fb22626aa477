#!/usr/bin/env python3
"""SASLprep (RFC 4013) step by step, from Python's `stringprep` and `unicodedata.ucd_3_2_0`: what the Swift code is held to.

    python3 oracle.py scalars > scalars.txt    a digest for each 4096 code points, each prepared on its own
    python3 oracle.py strings > strings.txt    random strings from a fixed seed, and what becomes of them
    python3 oracle.py answer < lines           what becomes of each line, now

A string is its scalars in hexadecimal, with spaces between. What becomes of it is another such string, or an error.
"""

import hashlib
import random
import stringprep
import sys
from unicodedata import ucd_3_2_0 as unicode32

PROHIBITED = {
    name: getattr(stringprep, "in_table_" + name.replace(".", "").lower())
    for name in ("C.1.2", "C.2.1", "C.2.2", "C.3", "C.4", "C.5", "C.6", "C.7", "C.8", "C.9")
}


def nfkc(text):
    # Python's "3.2" knows the combining classes and compositions that later versions gave to code points which 3.2 does
    # not assign. In 3.2 such a code point stands for itself and lets nothing pass: it splits the text.
    out, part = "", ""
    for c in text:
        if stringprep.in_table_a1(c):
            out += unicode32.normalize("NFKC", part) + c
            part = ""
        else:
            part += c
    return out + unicode32.normalize("NFKC", part)


def direction(output):
    if any(map(stringprep.in_table_d1, output)):
        if any(map(stringprep.in_table_d2, output)):
            return "bidirectional"
        if not (stringprep.in_table_d1(output[0]) and stringprep.in_table_d1(output[-1])):
            return "bidirectional"


def prepare(text):
    """What becomes of a query, and, after a semicolon, of a stored string, if that is something else."""
    # U+200B is in both tables; the Swift code says why it is a space.
    mapped = "".join(" " if stringprep.in_table_c12(c) else c for c in text)
    mapped = "".join(c for c in mapped if not stringprep.in_table_b1(c))
    if not mapped:
        return "empty"
    output = nfkc(mapped)
    query, stored = None, None
    for c in output:
        for name, contains in PROHIBITED.items():
            if not query and contains(c):
                query = f"prohibited {name}"
        if not stored and stringprep.in_table_a1(c):
            stored = query or "unassigned"
    query = query or direction(output) or " ".join(f"{ord(c):X}" for c in output)
    return f"{query};{stored}" if stored and stored != query else query


def scalars():
    for block in range(0, 0x110000, 0x1000):
        lines = [f"{prepare(chr(c))}\n" for c in range(block, block + 0x1000) if not 0xD800 <= c < 0xE000]
        print(f"{block:X} {hashlib.sha256(''.join(lines).encode()).hexdigest()[:16]}")


def strings():
    pick = random.Random(4013)
    assigned = [chr(c) for c in range(0x30000) if unicode32.category(chr(c)) not in ("Cn", "Cs", "Co", "Cc")]
    marks = [c for c in assigned if unicode32.combining(c)]
    changing = [c for c in assigned if unicode32.normalize("NFKD", c) != c and not 0xAC00 <= ord(c) < 0xD7A4]
    starters = [c for c in assigned if unicode32.normalize("NFD", c)[0] != c]
    starters += [unicode32.normalize("NFD", c)[0] for c in starters]
    hangul = [chr(c) for r in ((0x1100, 0x1114), (0x1160, 0x1177), (0x11A6, 0x11C4), (0xAC00, 0xAC40)) for c in range(*r)]
    right = [c for c in assigned if stringprep.in_table_d1(c)]
    dropped = [c for c in assigned if stringprep.in_table_b1(c) or stringprep.in_table_c12(c)]
    unassigned = [chr(c) for c in (0x221, 0x358, 0x1B05, 0x1B35, 0x11099, 0x110BA, 0x1D165 + 0x90, 0x2FA1E)]
    ascii_text = [chr(c) for c in range(0x20, 0x7F)]
    mixes = [
        (starters, marks), (starters, marks, marks, marks), (marks,), (changing, marks), (changing,), (hangul,),
        (hangul, marks), (right, marks), (right, ascii_text), (right,), (dropped, ascii_text), (dropped, starters, marks),
        (unassigned, marks, starters), (assigned,), (assigned, ascii_text),
    ]
    for _ in range(40):
        for mix in mixes:
            text = "".join(pick.choice(pick.choice(mix)) for _ in range(pick.randint(1, 9)))
            print(" ".join(f"{ord(c):X}" for c in text) + "=" + prepare(text))


def answer():
    for line in sys.stdin:
        print(prepare("".join(chr(int(c, 16)) for c in line.split())))


{"scalars": scalars, "strings": strings, "answer": answer}[sys.argv[1]]()
