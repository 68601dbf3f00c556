"""Rounds of so many pairs that they cannot be held: scored need by need, cut, and proven.

classes    needs and offers that the rules of codes see alike, and which of them may meet
tables     what the loops compute with, offers in the order of their classes
bounds     what upper bounds of scores are summed from
sums       the parts of one pair, summed as `scoring` sums them (compiled)
loops      rules, scores and upper bounds of one need's offers (compiled)
scan       the best pairs of every need and offer, and the pairs that prices say are missing
cut        what is kept of a round, and what leaving the rest out can have cost
widening   solve what is kept, look for what is missing, solve again
reasons    why needs of such a round got no offer
"""
