"""Learned from the past: how recorded partnerships order pairs of towns, and with what weights.

towns     the towns and countries of a file, as arrays
index     ties as an adjacency, with one tie left out per pair
sums      how many ties lead from around one town to around the other (compiled)
parts     named parts of a pair, each explainable, as columns of numbers
logit     conditional logit: weights, standard errors
weights   fitted weights with their provenance; the ones shipped
scores    the score of given pairs
folds     held-out towns, drawn candidates, hidden pairs
decisions what people chose in a round, and what stood to choose
suggested weights of the criteria that such decisions suggest
backtest  whether real partners come first, cold and known
"""
