"""Search for Chinese text: index it by single characters and pairs, and split the query the same way."""

from __future__ import annotations

import re

from sphinx.search import zh

HAN = re.compile(r"[\u3400-\u9fff]+")


class HanSearch(zh.SearchChinese):
    """Sphinx's own Chinese search finds words of a dictionary only, and nothing at all without that dictionary."""

    js_splitter_code = r"""
function splitQuery(query) {
  const out = [];
  for (const run of query.split(/[^\p{Letter}\p{Number}_]+/gu))
    for (const part of run.match(/[\u3400-\u9fff]+|[^\u3400-\u9fff]+/g) || [])
      if (!/[\u3400-\u9fff]/.test(part) || part.length < 3) out.push(part);
      else for (let i = 0; i + 1 < part.length; i++) out.push(part.slice(i, i + 2));
  return out;
}
"""

    def split(self, text: str) -> list[str]:
        grams = [gram for run in HAN.findall(text) for gram in [*run, *(run[i : i + 2] for i in range(len(run) - 1))]]
        latin = self.latin1_letters.findall(text)
        self.latin_terms.extend(latin)
        return grams + latin

    def word_filter(self, word: str) -> bool:
        return len(word) > 1 or bool(HAN.match(word))
