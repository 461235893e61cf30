"""Short programs that run in the page and say what is seen there."""

# A page answers a moment later, and some of it fades in: judge again until nothing is found, at most so many seconds.
PATIENT = """async (judge, seconds) => {
  const end = performance.now() + 1000 * seconds;
  while (judge().length && performance.now() < end) await new Promise(done => setTimeout(done, 10));
  return judge();
}"""

# Where to press: the middle of the first line of an element, brought into view.
MIDDLE = """element => {
  element.scrollIntoView({block: "center", behavior: "instant"});
  const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""

# How a fault names an element: by its words, its label or its id.
NAME = """element => {
  const words = element.labels?.[0] ?? element.querySelector("summary, strong") ?? element;
  const text = words.matches(".le-explorer") ? words.id : words.textContent;
  return JSON.stringify(text.trim().replace(/\\s+/g, " ").slice(0, 60));
}"""

HAS_FOCUS = "element => element === document.activeElement"

# Whether a fold comes to be open, or closed, as wanted.
IS = """async (fold, wanted) => {
  const seen = child => child.tagName !== "SUMMARY" && child.getBoundingClientRect().height > 0 &&
    child.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const judge = () => (fold.open && [...fold.children].some(seen)) === wanted ? [] : ["no"];
  return !(await (PATIENT)(judge, 1)).length;
}""".replace("PATIENT", PATIENT)

FORMULAS = r"""() => {
  const faults = [], start = text => text.trim().slice(0, 60);
  const marks = /\$\$|\\[(\[]|\\[a-z]{2,}|\{[a-z:]+\}`/, others = "pre, code, script, style, mjx-container, .math";
  for (const formula of document.querySelectorAll("#main-content .math"))
    if (!formula.querySelector("mjx-container")) faults.push(`a formula is not set: ${start(formula.textContent)}`);
  for (const error of document.querySelectorAll("mjx-merror, [data-mjx-error]"))
    faults.push(`a formula has an error: ${error.getAttribute("data-mjx-error") ?? error.textContent}`);
  const article = document.querySelector(".bd-article, .bd-search-container");
  const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const {data, parentElement} = texts.currentNode;
    if (marks.test(data) && !parentElement.closest(others)) faults.push(`a mark is not read: ${start(data)}`);
  }
  return faults;
}"""

CHOSEN = """async summary => {
  const plain = element => (element?.textContent ?? "").replace(/\\s+/g, " ").trim();
  const choice = summary.parentElement, reason = choice.querySelector(".le-reason");
  const quiz = choice.closest(".le-quiz"), seen = element =>
    element?.checkVisibility({opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true});
  const judge = () => {
    const faults = [], status = quiz.querySelectorAll(".le-announce[role=status]");
    const box = reason?.getBoundingClientRect();
    if (!choice.open) faults.push("does not open");
    if (!plain(reason)) faults.push("has no reason");
    else if (!seen(reason) || box.height < 10 || box.width < 10) faults.push("does not show its reason");
    if (status.length !== 1 || !seen(status[0]) || status[0].closest("[aria-hidden=true]"))
      faults.push("has no place where its reason is announced");
    else if (plain(reason) && !plain(status[0]).includes(plain(reason))) faults.push("is not announced");
    if (choice.closest(".le-question").querySelectorAll(".le-choice[open]").length > 1)
      faults.push("leaves another choice of its question open");
    return faults;
  };
  return (PATIENT)(judge, 1);
}""".replace("PATIENT", PATIENT)

# After the first choice of every question was chosen before the others: how many were right, and the way back.
COUNTED = """quiz => {
  const questions = [...quiz.querySelectorAll(".le-question")], score = quiz.querySelector(".le-score");
  const right = questions.filter(question => question.querySelector(".le-choice").querySelector(".le-right")).length;
  const said = score?.checkVisibility() ? score.textContent.match(/\\d+/g) : "nothing";
  if (`${said}` !== `${[right, questions.length]}`) return [`says ${said} and not ${right} of ${questions.length}`];
  score.querySelector("button").click();
  return score.checkVisibility() || quiz.querySelector(".le-choice[open]") ? ["does not start again"] : [];
}"""

# Press a key on what can be held, move a slider or choose another entry, and see whether anything is drawn anew.
# What cannot go on in one direction, because it is at an end, goes back.
MOVED = """async (hold, keys) => {
  const picture = hold.closest(".le-explorer").querySelector("svg.le-picture");
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const key of keys) {
    const before = picture.innerHTML;
    hold.focus();
    if (hold.matches("input")) {
      const step = (hold.max - hold.min) / (key === "ArrowRight" ? 7 : -7);
      hold.value = Number(hold.value) + step;
      hold.dispatchEvent(new Event("input", {bubbles: true}));
    } else if (hold.matches("select")) {
      hold.selectedIndex = (hold.selectedIndex + 1) % hold.options.length;
      hold.dispatchEvent(new Event("input", {bubbles: true}));
    } else hold.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
    await frame();
    if (picture.innerHTML !== before) return true;
  }
  return false;
}"""
NAME_OF_HOLD = """hold => JSON.stringify(hold.getAttribute("aria-label") ?? hold.labels[0].textContent.trim())"""
QUIET = """async figure => {
  const status = figure.querySelector(".le-said[role=status]"), picture = figure.querySelector("svg.le-picture");
  const end = performance.now() + 2000;
  while (status?.textContent !== picture.getAttribute("aria-label") && performance.now() < end)
    await new Promise(done => setTimeout(done, 20));
  figure.before = [picture.getAttribute("aria-label"), picture.innerHTML];
}"""
HEARD = """async figure => {
  const status = figure.querySelector(".le-said[role=status]"), picture = figure.querySelector("svg.le-picture");
  const judge = () => {
    const now = picture.getAttribute("aria-label");
    return [now === figure.before[0] && picture.innerHTML === figure.before[1] && "draws nothing new",
            now === figure.before[0] && "says nothing new",
            (!status || status.textContent !== now) && "is not heard"].filter(Boolean);
  };
  return (PATIENT)(judge, 2);
}""".replace("PATIENT", PATIENT)

SIDEWAYS = """() => {
  const page = document.scrollingElement, over = page.scrollWidth - page.clientWidth;
  return over > 0 ? [`the page scrolls sideways by ${over} pixels`] : [];
}"""

# Follow each text, picture, formula and control outwards, until something that scrolls takes it in.
CUT = r"""() => {
  const faults = new Set(), styles = new Map(), boxes = new Map();
  const known = (map, element, find) => map.get(element) ?? map.set(element, find(element)).get(element);
  const style = element => known(styles, element, getComputedStyle);
  const box = element => known(boxes, element, e => e.getBoundingClientRect());
  const scrolls = value => value === "auto" || value === "scroll";
  const cuts = value => value === "hidden" || value === "clip";
  const name = element => `${element.tagName.toLowerCase()}.${[...element.classList].slice(0, 2).join(".")}`;

  function follow(start, rect, words) {
    let {left, right, top, bottom} = rect;
    for (let outer = start; outer && outer !== document.body; outer = outer.parentElement) {
      const {overflowX, overflowY} = style(outer), edge = box(outer);
      if (scrolls(overflowX)) [left, right] = [edge.left, edge.right];
      if (scrolls(overflowY)) [top, bottom] = [edge.top, edge.bottom];
      if (cuts(overflowX) && (right > edge.right + 2 || left < edge.left - 2) ||
          cuts(overflowY) && (bottom > edge.bottom + 4 || top < edge.top - 4)) {
        faults.add(`${name(outer)} cuts off ${words}`);
        return;
      }
    }
    if (right > document.documentElement.clientWidth + 1 || left < -1) faults.add(`${words} reaches beyond the screen`);
  }

  const article = document.querySelector(".bd-article, .bd-search-container");
  const others = "svg, mjx-container, script, style, .visually-hidden, .le-announce";
  for (const element of article.querySelectorAll("svg, img, mjx-container > mjx-math, input, button, summary, table"))
    if (!element.parentElement.closest("svg") && element.checkVisibility() && box(element).width > 1)
      follow(element.parentElement, box(element), name(element));
  const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode, parent = text.parentElement;
    if (!text.data.trim() || parent.closest(others) || !parent.checkVisibility({visibilityProperty: true})) continue;
    range.selectNodeContents(text);
    const rect = range.getBoundingClientRect();
    if (rect.width > 1) follow(parent, rect, `"${text.data.trim().slice(0, 40)}"`);
  }
  return [...faults];
}"""

# Colours belong to classes: one token of code of a class in each kind of block stands for all, and so do one formula of
# each kind of place, one paragraph of each kind, in what holds it and in what it holds, and one figure. So axe ends
# in seconds.
FEWER_PARTS = """() => {
  const seen = new Set();
  for (const token of document.querySelectorAll("pre span[class]:not(:has(span))")) {
    const block = token.closest("pre").parentElement.parentElement;
    const part = token.closest(".cell_input, .cell_output, details");
    const kind = [token, block, part].map(element => element?.className).join("|");
    if (seen.has(kind)) token.replaceWith(token.textContent);
    seen.add(kind);
  }
  document.querySelectorAll("pre").forEach(block => block.normalize());
  for (const formula of document.querySelectorAll("mjx-container")) {
    const places = [formula.closest("p, li, td, th, dd, figcaption, summary, h1, h2, h3"), formula.closest("details")];
    const kind = ["mjx", formula.getAttribute("display"), ...places.map(place => place?.localName)].join("|");
    if (seen.has(kind)) formula.querySelector("mjx-math")?.replaceChildren();
    seen.add(kind);
  }
  const kind = element => [element.localName, element.className, element.getAttribute("style"), element.role].join(".");
  for (const words of document.querySelectorAll("article p:not(table p, summary p), article li")) {
    if (words.querySelector("p, li, img, svg, button, input")) continue;
    const held = new Set([...words.querySelectorAll("*:not(mjx-container *)")].map(kind));
    const outer = [words, words.parentElement, words.closest("details, .cell_output, table")].map(e => e && kind(e));
    const all = [...outer, ...[...held].sort()].join("|");
    if (seen.has(all)) words.replaceChildren();
    seen.add(all);
  }
  [...document.querySelectorAll("svg[role=img]:not(.le-picture)")].slice(1).forEach(figure => figure.replaceChildren());
}"""

# Two rules that axe leaves out by itself: a control's name holds the words that are seen, and a finger can meet it.
AXE = """async only => {
  const more = ["label-content-name-mismatch", "target-size"], runOnly = only ?? undefined;
  const rules = Object.fromEntries(more.map(rule => [rule, {enabled: true}]));
  const {violations} = await axe.run(document, {resultTypes: ["violations"], preload: false, rules, runOnly});
  return violations.flatMap(({id, help, nodes}) => nodes.map(({html}) =>
    `${id}: ${help}: ${html.replace(/\\s+/g, " ").slice(0, 160)}`));
}"""
