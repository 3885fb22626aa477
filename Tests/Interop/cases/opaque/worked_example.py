"""The worked examples of the mechanisms' documents, read out of them."""
import pathlib
import re

from case import log

SOURCES = pathlib.Path(__file__).parents[4] / "Sources"


class Values(dict):
    """Names and values of an example; a value is a text, whole, if its name is one of `texts`, or bytes."""

    def __init__(self, section, texts):
        blocks = re.findall(r"^```\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
        for paragraph in "\n".join(blocks).strip().split("\n\n"):
            name, *lines = paragraph.split("\n")
            assert name not in self and lines, f"{name!r} comes twice or has no value"
            self[name] = "".join(lines) if name in texts else bytes.fromhex("".join(lines))

    def equal(self, name, made):
        """What was made is what the example has under a name."""
        made = made.decode() if isinstance(self[name], str) else made
        log("same" if made == self[name] else f"OTHER {made!r}", name)
        assert made == self[name], name


def sections(document, heading):
    """What comes behind a heading of a document in Sources, and by its subheadings."""
    text = (SOURCES / document).read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    shared, *named = re.split(r"^### ", text, flags=re.MULTILINE)
    return shared, {section.partition("\n")[0]: section for section in named}
