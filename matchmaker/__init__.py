"""Tandem, a platform for city diplomacy: municipalities ask, foreign local governments help.

The way of the data, one direction, no step calling back:

=================  ==========================  =============================================
step               where                       what goes in -> out
=================  ==========================  =============================================
application        verification/               registration -> evidence -> two coordinators
need, offer        needs/, offers/             what a person typed -> checked draft -> row
snapshot           rounds/snapshot.py          rows -> arrays with id vectors, with a digest
candidates         matching/candidates.py      snapshot -> allowed pairs + rule per barred pair
scores             matching/criteria.py        three criteria in [0, 1] with named parts
assignment         matching/assignment.py      scores, places, locks, rules -> pairs + proof
explanation        matching/explain.py         why, why not, at what price
proposals          rounds/record.py            result -> rows
decisions          proposals/                  signatures, both municipalities -> decision rows
engagement         engagements/                accepted -> follow-up
questions          messages/                   a side -> coordinators -> the other side
word of it         outbox, delivery            who is to be told -> a mail that says only that
=================  ==========================  =============================================

One place per question: *well formed* = forms; *who may* = access; *may it now* = lifecycle;
*always true* = database constraint; *how good* = matching.

This module imports nothing, so that ``import matchmaker.matching`` needs no web framework.
"""
