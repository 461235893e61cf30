// Start each picture of the page that has not been started. In a notebook this script stands in the output of each
// picture, and it runs again when an output is shown twice or scrolled back into view. A fault in one picture leaves the
// others alone, and its still picture stays.

// What the package computes comes as the text of a function.
const compiled = (code) => new Function(`return ${code}`)();
const kinds = { /* each kind */ };

window.pictures = { averages, fitted, information, scores, sharpest, walked }; // for the tests, which compare them with the package

for (const figure of document.querySelectorAll(".le-explorer[data-picture]:not([data-started])")) {
  const [given, still] = [JSON.parse(figure.querySelector("script").textContent), figure.innerHTML];
  figure.dataset.started = "";
  figure.id = `picture-${document.querySelectorAll(".le-explorer[data-started]").length}`;
  try {
    kinds[figure.dataset.picture](figure, given);
  } catch (error) {
    figure.innerHTML = still;
    console.error(`the picture ${figure.dataset.picture} does not start`, error);
  }
}
