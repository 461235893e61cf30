"""The quiz of the page on house prices."""

from lossedu.exercises.quiz import ask

ask("house-prices", "Why are the features centred and scaled with the numbers of the training part only?",
    right=("the test houses must stay unseen", "Their mean and spread are facts about them; a model that uses these has looked."),
    wrong=[("it is quicker, since the training part is smaller than the whole data set", "The time it saves is nothing."),
           ("the test houses have no features", "They have the same features; only their use is rationed.")])
ask("house-prices", "Descent, algebra and scikit-learn agree in all digits shown. What does that prove?",
    right=("the three found the same minimum", "The squared error of a linear model has one lowest point, and all three reached it."),
    wrong=[("that the model is good", "They agree on the best line; whether a line is good is another question."),
           ("that the weights are the causes of the prices, because three independent methods can't be wrong",
            "They solve one problem on one data set; causes are not among its columns.")])
ask("house-prices", "A baseline always answers the mean training price. Its test MSE is close to what?",
    right=("the variance of the prices", "The mean squared distance from the mean is the variance."),
    wrong=[("zero", "Only if all houses cost the same."), ("the mean price", "That is its answer, not its error.")])
