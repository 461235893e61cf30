"""The quiz of the page on the training loop."""

from lossedu.exercises.page import on_page

_, ask = on_page(__name__)


ask("Why does the loss curve flatten near the end, with a constant learning rate?",
    right=("the gradient fades near the bottom, and the steps with it",
           "A step is the learning rate times the gradient; small slope, small step."),
    wrong=[("the learning rate shrinks from step to step", "It is constant here; schedules come on a later page."),
           ("the data run out", "Every step uses the same data again.")])
ask("In each step the loop computes a value and a gradient. Who needs the value?",
    right=("we do, to see how it goes", "The update uses the gradient alone; the value is for the person who watches, and for stopping."),
    wrong=[("the parameters, which are moved by the size of the loss", "They move by the learning rate times the gradient."),
           ("the next step, which starts from it", "The next step starts from the parameters.")])
ask("The loop stopped because the gradient is nearly zero. What do you know?",
    right=("this is a flat place of the loss on its data",
           "That is all: not that it is the only one, nor that new data are predicted well."),
    wrong=[("the model will predict new data well", "Only data kept aside can tell that."),
           ("the loss is zero, for otherwise a gradient would be left to follow",
            "The smallest loss there is may be far from zero: here it is 1.12.")])
