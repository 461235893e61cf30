"""Inline SVG: a figure in the page follows the theme, where an image could not."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
REFERENCE = re.compile(r"url\(#([^)]+)\)")
HREFS = ("href", f"{{{XLINK}}}href")
LEFT_OUT = {f"{{{SVG}}}{tag}" for tag in ("metadata", "title", "style")}
PAPER_PATCH = "patch_1"  # matplotlib's name for the figure's background

ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def inline(svg: str, alt: str, prefix: str, colours: dict[str, tuple[str, str]]) -> str:
    """Return an SVG document as HTML that follows the theme.

    `prefix` keeps the ids of two figures apart: only ids that the figure itself refers to are kept. Its title and its
    style sheet are left out: the first repeats the alternative text, the second would hold for the whole page.
    """
    root = ET.fromstring(svg)
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in LEFT_OUT]:
            parent.remove(child)
        if parent.get("id") == PAPER_PATCH:
            for child in parent:
                child.set("style", "fill: none")
    used = {match for node in root.iter() for value in node.attrib.values() for match in REFERENCE.findall(value)}
    used |= {node.get(key, "").removeprefix("#") for node in root.iter() for key in HREFS}
    for node in root.iter():
        if (name := node.attrib.pop("id", None)) in used:
            node.set("id", prefix + name)
        for key in node.attrib:
            if key in HREFS and node.attrib[key].startswith("#"):
                node.attrib[key] = f"#{prefix}{node.attrib[key][1:]}"
            else:
                node.attrib[key] = REFERENCE.sub(rf"url(#{prefix}\1)", node.attrib[key])
    root.set("role", "img")
    root.set("aria-label", alt)
    text = ET.tostring(root, encoding="unicode")
    for role, (light, _) in colours.items():
        text = re.sub(rf"{re.escape(light)}\b", f"var(--le-{role})", text, flags=re.IGNORECASE)
    return f'<div class="le-figure">{text}</div>'
