"""The quiz of the page on the three roles of a loss."""

from lossedu.exercises.page import on_page

_, ask = on_page(__name__)


ask("A model has loss 2.3 at its current parameters. Which way should a parameter move?",
    right=("that can't be said: the gradient tells, the value doesn't",
           "Only the gradient says whether the loss grows or falls with the parameter."),
    wrong=[("down, since a positive loss means it is too big",
            "The sign rule is about the gradient's sign, not the loss's."),
           ("down by 2.3", "The value of the loss gives neither direction nor length of the step.")])
ask("The gradient of the loss in a parameter is negative. Which small change lowers the loss?",
    right=("making the parameter bigger", "A negative slope means that the loss falls when the parameter grows."),
    wrong=[("making the parameter smaller", "That is right for a positive gradient."),
           ("neither: the slope is below zero already",
            "The slope is negative, the loss is not; there is still something to gain.")])
ask("The same predictions are measured in hours and in minutes. How do the two MSEs compare?",
    right=("they differ by a factor of 3600", "Residuals differ by 60, squares by 60²."),
    wrong=[("they are equal, since no prediction has changed", "The number has a unit: squared hours or squared minutes."),
           ("they differ by a factor of 60", "That is the factor between the residuals.")])
ask("What is the difference between a loss and an objective?",
    right=("the objective may add terms, such as a price for large weights",
           "Objective: average loss plus whatever else we ask for."),
    wrong=[("none: both are the number that training minimises", "They agree only when nothing is added."),
           ("the loss is minimised, the objective reported", "It is the other way round: the objective is what is minimised.")])
