"""The quiz of the page on questions people ask."""

from lossedu.exercises.page import on_page

_, ask = on_page(__name__)


ask("A classmate trained a model with squared error and reports a test loss of 0.3. Is it good?",
    right=("nobody can say before the best constant's loss on the same data stands beside it",
           "A loss is a comparison; the baseline is the other side of it, in the same unit."),
    wrong=[("yes, it is close to zero", "In other units the same model has another loss; near zero means nothing."),
           ("yes, if a model trained with absolute error has a loss above 0.3", "Different losses have different units.")])
ask("You add 1000 to a loss. What does gradient descent do?",
    right=("the same steps", "The slope of a constant is zero, so every gradient is what it was."),
    wrong=[("larger steps, for the loss is larger", "Steps follow the gradient, and the value is not in it."),
           ("it needs a smaller learning rate", "The curvature has not changed, and it limits the learning rate.")])
ask("From one epoch to the next the training loss falls and the accuracy stands still. What is most likely?",
    right=("right answers become surer, and none crosses the threshold",
           "The loss sees that 0.6 became 0.8; accuracy sees only which side of one half it is on."),
    wrong=[("one of the two is computed wrongly", "Both may be right: they look at different things."),
           ("the model has stopped learning, and what falls is only the learning rate's share of the loss",
            "The learning rate has no share of the loss; the forecasts have changed.")])
ask("Which of these can no gradient descent minimise directly?",
    right=("the share of wrong answers", "Its slope is zero wherever it has one, so nothing says where to go."),
    wrong=[("the mean absolute error", "It has a kink at zero; everywhere else its slope is 1 or -1."),
           ("an average loss plus a penalty", "That is the usual objective.")])
