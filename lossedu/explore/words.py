"""The words of the pictures, in one table: single words, and sentences with a place for each value."""

from __future__ import annotations

import re

from lossedu.language import translate

# A script asks for these by a name that it finds in a picture's table: parameters of losses, and units of training.
IN_TABLES = {"c", "delta", "epoch", "epsilon", "gamma", "one_step", "tau"}


def words(language: str | None = None) -> dict[str, str]:
    """Return the words that the scripts of the pictures use, in a language.

    Examples
    --------
    >>> words("en")["datum"]
    'datum {i}'
    """
    return {
        "accuracy": translate("accuracy", language),
        "anchor_is": translate("anchor, {name}", language),
        "answer": translate("answer", language),
        "answer_says": translate("{c} {unit}, average loss {loss}", language),
        "average_loss": translate("average loss", language),
        "back": translate("Back", language),
        "ball": translate("slope and intercept", language),
        "ball_says": translate("slope {w}, intercept {b}, average loss {loss}", language),
        "batch": translate("data in a batch", language),
        "belief": translate("belief", language),
        "belief_in": translate("belief in {name}", language),
        "beside": translate("beside it", language),
        "best_for": translate("best answer for {loss}", language),
        "best_sharpness": translate("best sharpness", language),
        "bin": translate("forecasts from {low} to {high}", language),
        "bin_says": translate("average forecast {forecast}, share of ones {share}, {n} forecasts", language),
        "bins": translate("number of bins", language),
        "bits": translate("bits", language),
        "brier": translate("Brier score", language),
        "c": translate("scale", language),
        "calibration_said": translate("At sharpness {a} the cross-entropy is {cross} and the Brier score is {brier}; "
                                      "the cross-entropy is lowest at sharpness {best}.", language),
        "classes_nowhere": translate("Fitted with {loss}, the average loss is {value}. The boundary lies outside the "
                                     "picture; points on the wrong side of it: {wrong} of {n}.", language),
        "classes_said": translate("Fitted with {loss}, the average loss is {value}; points on the wrong side of the "
                                  "boundary: {wrong} of {n}.", language),
        "constant_said": translate("At {c} {unit} the average loss is {loss}, and its slope is {slope}; "
                                   "the best answer is {best} {unit}.", language),
        "cross_entropy": translate("cross-entropy", language),
        "curve_lowest": translate("{name} is {value}, which is its lowest value, and its slope is {slope}.", language),
        "curve_said": translate("{name} is {value}, and its slope is {slope}.", language),
        "curves_at": translate("{input}: {x}. {choice}: {case}.", language),
        "datum": translate("datum {i}", language),
        "datum_moved": translate("Datum {i} is now at ({x}, {y}).", language),
        "datum_of": translate("datum {i}, {name}", language),
        "delta": translate("where the parabola ends", language),
        "distance_to": translate("distance to {name}", language),
        "distribution_infinite": translate("The belief gives {name} the probability 0, but its true probability is "
                                           "{share}, so the cross-entropy is infinite.", language),
        "distribution_said": translate("The cross-entropy is {cross} {unit}: the entropy of the truth, {entropy}, "
                                       "plus a divergence of {more}.", language),
        "divergence": translate("divergence", language),
        "embedding_said": translate("The loss is {loss}; {positive} is {near} away from {anchor}, and {negative} is "
                                    "{far} away from it.", language),
        "end": translate("line at x = {x}", language),
        "entropy": translate("entropy", language),
        "epoch": translate("epoch", language),
        "epsilon": translate("half width of the tube", language),
        "errors": translate("on the wrong side", language),
        "forecast": translate("forecast", language),
        "forecast_of": translate("forecast that datum {i} is {name}", language),
        "gamma": translate("focusing", language),
        "graph_back": translate("{from} passes {sum} times its own slope {own}, which is {product}, back to {to}.",
                                language),
        "graph_forward": translate("{line} gives {value}.", language),
        "graph_start": translate("Only the inputs are known; go on line by line.", language),
        "hill_said": translate("Step {steps}: the line has slope {w}, the average loss is {loss}, and its derivative "
                               "is {slope}.", language),
        "infinite": translate("infinite", language),
        "input": translate("input {name}", language),
        "intercept": translate("intercept", language),
        "largest_bar": translate("largest bar", language),
        "largest_said": translate("The largest bar is {name}, and its value is {value}.", language),
        "loss": translate("loss", language),
        "loss_of": translate("loss of {rule}", language),
        "lowest": translate("lowest", language),
        "map_says": translate("x₁ is {x}, x₂ is {y}", language),
        "margin": translate("margin", language),
        "moment_says": translate("{unit} {t}, training loss {loss}", language),
        "momentum": translate("momentum", language),
        "nats": translate("nats", language),
        "negative_is": translate("negative, {name}", language),
        "next": translate("Next", language),
        "none": translate("none", language),
        "nothing": translate("nothing", language),
        "one_step": translate("step", language),
        "place_says": translate("{u} is {w}, {v} is {b}, loss {loss}", language),
        "point": translate("point", language),
        "point_says": translate("x is {x}, y is {y}", language),
        "positive_is": translate("positive, {name}", language),
        "precision": translate("precision", language),
        "prediction": translate("prediction", language),
        "probability": translate("probability", language),
        "rate": translate("learning rate", language),
        "rate_of": translate("its learning rate", language),
        "recall": translate("recall", language),
        "run": translate("Run", language),
        "share_of_ones": translate("share of ones", language),
        "sharpness": translate("sharpness", language),
        "sharpness_says": translate("{a}, cross-entropy {cross}, Brier score {brier}", language),
        "slope": translate("slope", language),
        "slope_of": translate("slope of {name}", language),
        "slope_of_line": translate("slope", language),
        "slope_says": translate("slope {w}, average loss {loss}", language),
        "start_again": translate("Start again", language),
        "step": translate("Step", language),
        "steps": translate("steps", language),
        "stop": translate("Stop", language),
        "street": translate("width of the street", language),
        "sum_at": translate("sum at {name}", language),
        "support_vectors": translate("support vectors", language),
        "surface_said": translate("Step {steps}: {u} is {w}, {v} is {b}, and the loss is {loss}.", language),
        "surprise": translate("surprise", language),
        "tau": translate("level", language),
        "threshold": translate("threshold", language),
        "to_best": translate("Go to the best answer", language),
        "to_end": translate("To the end", language),
        "to_lowest": translate("Go to the lowest validation loss", language),
        "to_sharpness": translate("Go to the best sharpness", language),
        "to_truth": translate("Set the belief to the truth", language),
        "training_judged": translate("At {unit} {t} the training loss is {loss}, and the validation loss is "
                                     "{validation}.", language),
        "training_loss": translate("training loss", language),
        "training_said": translate("At {unit} {t} the training loss is {loss}.", language),
        "truth": translate("truth", language),
        "truth_of": translate("true probability of {name}", language),
        "undefined": translate("undefined there", language),
        "unit": translate("unit", language),
        "validation_loss": translate("validation loss", language),
        "valley_diverges": translate("The walk has left every scale after {steps} steps; "
                                     "a smaller learning rate holds it.", language),
        "valley_said": translate("Step {steps}: the line has slope {w} and intercept {b}, "
                                 "and the average loss is {loss}.", language),
        "weight": translate("weight", language),
    }


def words_in(code: str, language: str | None = None) -> dict[str, str]:
    """Return the words that a script may use, so that no page loads those of pictures that it does not have.

    Examples
    --------
    >>> words_in("label(words.datum)", "en")["datum"]
    'datum {i}'
    >>> "accuracy" in words_in("label(words.datum)", "en")
    False
    """
    named = IN_TABLES | set(re.findall(r"\w+", code))
    return {name: text for name, text in words(language).items() if name in named}
