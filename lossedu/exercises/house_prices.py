"""The quiz of the page on house prices."""

from lossedu.exercises.quiz import ask

ask("house-prices", "Why are the features centred and scaled with the numbers of the training part only?",
    right=("the test houses must stay unseen", "Their mean and spread are facts about them; a model that uses these has looked."),
    wrong=[("it is quicker, as there are fewer houses to average", "The time it saves is nothing."),
           ("then the test features have mean zero too", "They have not: their own mean differs a little, and that is as it should be.")])
ask("house-prices", "Descent, algebra and scikit-learn agree in all digits shown. What does that prove?",
    right=("that all three found the only lowest point of the loss", "The squared error of a linear model has one lowest point, and all three reached it."),
    wrong=[("that the model is good", "They agree on the best line; whether a line is good is another question."),
           ("that the weights are the causes of the prices",
            "They solve one problem on one data set; causes are not among its columns.")])
ask("house-prices", "A baseline always answers the mean training price. Its test MSE is close to what?",
    right=("the variance of the prices", "The mean squared distance from the mean is the variance."),
    wrong=[("zero", "Only if all houses cost the same."),
           ("the standard deviation of the prices", "That is close to the root of its MSE.")])
