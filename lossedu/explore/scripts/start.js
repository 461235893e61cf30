// Start each picture of these kinds that has not been started. In a notebook this script stands in the output of each
// picture, and it runs again when an output is shown twice or scrolled back into view. A fault in one picture leaves the
// others alone, and its still picture stays.

const kinds = { /* each kind */ };

for (const figure of document.querySelectorAll(".le-explorer[data-picture]:not([data-started])")) {
  if (!(figure.dataset.picture in kinds)) continue; // the script of its own kind stands elsewhere
  const [given, still] = [JSON.parse(figure.querySelector("script").textContent), figure.innerHTML];
  figure.dataset.started = "";
  figure.id = `picture-${document.querySelectorAll("[data-started]").length}`;
  try {
    kinds[figure.dataset.picture](figure, given);
  } catch (error) {
    figure.innerHTML = still;
    console.error(`the picture ${figure.dataset.picture} does not start`, error);
  }
}
