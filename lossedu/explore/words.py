"""The words of the pictures, in one table: single words, and sentences with a place for each value."""

from __future__ import annotations

from lossedu.language import translate


def words(language: str | None = None) -> dict[str, str]:
    """Return the words that the scripts of the pictures use, in a language.

    Examples
    --------
    >>> words("en")["datum"]
    'datum {i}'
    """
    return {
        "above_a_million": translate("above a million", language),
        "accuracy": translate("accuracy", language),
        "after": translate("its loss", language),
        "answer": translate("answer", language),
        "answer_says": translate("{c} {unit}, average loss {loss}", language),
        "average_loss": translate("average loss", language),
        "back": translate("Back", language),
        "ball": translate("slope and intercept", language),
        "ball_says": translate("slope {w}, intercept {b}, average loss {loss}", language),
        "batch": translate("data in a batch", language),
        "beside": translate("beside it", language),
        "best_for": translate("best answer for {loss}", language),
        "c": translate("scale", language),
        "constant_said": translate("At {c} {unit} the average loss is {loss}, and its slope is {slope}; "
                                   "the best answer is {best} {unit}.", language),
        "datum": translate("datum {i}", language),
        "delta": translate("where the parabola ends", language),
        "end": translate("line at x = {x}", language),
        "epoch": translate("epoch", language),
        "epsilon": translate("half width of the tube", language),
        "following": translate("next prediction", language),
        "graph_back": translate("{from} passes {sum} times its own slope {own}, which is {product}, back to {to}.",
                                language),
        "graph_forward": translate("{line} gives {value}.", language),
        "graph_start": translate("Only the inputs are known; go on line by line.", language),
        "hill_said": translate("Step {steps}: the line has slope {w}, the average loss is {loss}, and its derivative "
                               "is {slope}.", language),
        "input": translate("input {name}", language),
        "intercept": translate("intercept", language),
        "label": translate("label", language),
        "largest_bar": translate("largest bar", language),
        "largest_said": translate("The largest bar is {name}, and its value is {value}.", language),
        "loss": translate("loss", language),
        "loss_of": translate("loss of {rule}", language),
        "lowest": translate("lowest", language),
        "moment_says": translate("{unit} {t}, training loss {loss}", language),
        "momentum": translate("momentum", language),
        "next": translate("Next", language),
        "next_loss": translate("next loss", language),
        "none": translate("none", language),
        "nothing": translate("nothing", language),
        "one_step": translate("step", language),
        "parameter": translate("parameter", language),
        "place_says": translate("{u} is {w}, {v} is {b}, loss {loss}", language),
        "point": translate("point", language),
        "point_says": translate("x is {x}, y is {y}", language),
        "prediction": translate("prediction", language),
        "rate": translate("learning rate", language),
        "rate_of": translate("its learning rate", language),
        "residual": translate("residual", language),
        "run": translate("Run", language),
        "slope": translate("slope", language),
        "slope_of_line": translate("slope", language),
        "slope_says": translate("slope {w}, average loss {loss}", language),
        "start_again": translate("Start again", language),
        "step": translate("Step", language),
        "steps": translate("steps", language),
        "stop": translate("Stop", language),
        "sum_at": translate("sum at {name}", language),
        "target": translate("target", language),
        "surface_said": translate("Step {steps}: {u} is {w}, {v} is {b}, and the loss is {loss}.", language),
        "tau": translate("level", language),
        "to_best": translate("Go to the best answer", language),
        "to_end": translate("To the end", language),
        "to_lowest": translate("Go to the lowest validation loss", language),
        "training_judged": translate("At {unit} {t} the training loss is {loss}, and the validation loss is "
                                     "{validation}.", language),
        "training_loss": translate("training loss", language),
        "training_said": translate("At {unit} {t} the training loss is {loss}.", language),
        "undefined": translate("undefined there", language),
        "validation_loss": translate("validation loss", language),
        "valley_diverges": translate("The walk has left every scale after {steps} steps; "
                                     "a smaller learning rate holds it.", language),
        "valley_said": translate("Step {steps}: the line has slope {w} and intercept {b}, "
                                 "and the average loss is {loss}.", language),
    }
