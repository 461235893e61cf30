/* Names that match what is seen for the theme's unlabelled parts, and a way in by keyboard for what scrolls. */
for (const button of document.querySelectorAll(".search-button-field, .theme-switch-button, details.hide > summary"))
  button.removeAttribute("aria-label");
for (const logo of document.querySelectorAll(".sidebar-primary-items__start > .sidebar-primary-item:first-child")) {
  logo.setAttribute("role", "navigation");
  logo.setAttribute("aria-label", document.querySelector(".logo__title")?.textContent ?? document.title);
}
const markScrollable = () => {
  for (const box of document.querySelectorAll(".le-figure, .le-scroll, .bd-article div.math, .bd-article pre, .cell_output .output"))
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
};
addEventListener("load", markScrollable);
addEventListener("resize", markScrollable);
// On paper nothing opens, so the answers stand at the end of the quiz.
const answers = [...document.querySelectorAll(".le-answers")];
addEventListener("beforeprint", () => answers.forEach((fold) => { fold.open = true; }));
addEventListener("afterprint", () => answers.forEach((fold) => { fold.open = false; }));
