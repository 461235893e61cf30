// Count which questions were right at the first try, keep that in this browser, and announce what is opened.

// What was chosen first is kept under the words of its question, so a question that was changed counts as a new one.
// Where the browser refuses to keep it, as in some private windows, it lasts as long as the page.
const memory = {};
function kept(key) {
  try { return localStorage[key] ?? memory[key]; } catch { return memory[key]; }
}
function keep(key, choice) {
  try { localStorage[key] = choice; } catch { memory[key] = choice; }
}
function forget(key) {
  delete memory[key];
  try { delete localStorage[key]; } catch { /* nothing was kept */ }
}

const textOf = (element) => element.textContent.trim().replace(/\s+/g, " ");
const nameOf = (choice) => textOf(choice.querySelector("summary"));
const isRight = (choice) => choice.querySelector(".le-right") !== null;
const added = (parent, tag, properties) => parent.appendChild(Object.assign(document.createElement(tag), properties));

// In a notebook this script stands below each quiz, and it runs again when an output is shown a second time.
for (const quiz of document.querySelectorAll(".le-quiz:not([data-counted])")) {
  quiz.dataset.counted = "";
  const questions = [...quiz.querySelectorAll(".le-question")].map((question) => ({
    key: `lossedu quiz: ${textOf(question.querySelector("p")).replace(/^\d+\. /, "")}`,
    choices: [...question.querySelectorAll(".le-choice")],
  }));
  const first = ({ key, choices }) => choices.find((choice) => nameOf(choice) === kept(key));

  const score = added(quiz, "p", { className: "le-score" });
  const line = added(score, "span");
  score.append(" ");
  const again = added(score, "button", { type: "button", textContent: words.start_again });
  const announced = added(quiz, "p", { className: "le-announce" });
  announced.setAttribute("role", "status");
  announced.style = "position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%)";

  const count = () => {
    const chosen = questions.map(first).filter(Boolean);
    const [n, text] = chosen.length < questions.length ? [chosen.length, words.answered]
      : [chosen.filter(isRight).length, words.right];
    score.hidden = !chosen.length;
    return line.textContent = text.replace("{n}", n).replace("{all}", questions.length);
  };

  for (const question of questions)
    for (const choice of question.choices) {
      // Only a click, by mouse or keyboard, is a choice: a search in the page opens folds, too.
      choice.querySelector("summary").addEventListener("click", () => {
        if (!choice.open && !first(question)) keep(question.key, nameOf(choice));
      });
      // A fold tells those who listen only that it is expanded, so its reason is announced here.
      choice.addEventListener("toggle", () => {
        if (choice.open) announced.textContent = `${textOf(choice.querySelector(".le-reason"))} ${count()}`;
      });
    }
  again.addEventListener("click", () => {
    for (const { key, choices } of questions) {
      forget(key);
      for (const choice of choices) choice.open = false;
    }
    announced.textContent = count();
    quiz.querySelector("summary").focus(); // the button has gone
  });
  addEventListener("storage", count); // an answer in another tab counts here, too
  count();
}
