"""The mathematics: functions, network, backpropagation, stochastic gradient descent. NumPy only."""
