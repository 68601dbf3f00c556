"""Run steps of several persons at the same moment, each in a thread and a session of its own."""

import threading
import time

import pytest

HELD_S = 0.4
"""How long the first of two keeps its transaction open while the second one comes."""


@pytest.fixture
def at_once(each_app):
    """Give a way to run one function in many threads at the same moment; an error is an end."""

    def run(work, arguments):
        barrier, ends = threading.Barrier(len(arguments)), []

        def alone(argument):
            barrier.wait(30)
            ends.append(_end_of(each_app, work, argument))

        _join([threading.Thread(target=alone, args=(one,)) for one in arguments])
        return ends

    return run


@pytest.fixture
def overlapping(each_app):
    """Give a way to let a second step come while the first one is done but not yet committed.

    Each step gets a session within a transaction. Returns how both ended, the first one first.
    """
    from matchmaker.unit_of_work import transaction

    def run(first, second):
        came, ends = threading.Event(), {}

        def held(step):
            with transaction() as work:
                found = step(work.session)
                work.session.flush()
                came.set()
                time.sleep(HELD_S)
            return found

        def late(step):
            came.wait(30)
            with transaction() as work:
                return step(work.session)

        def alone(name, how, step):
            ends[name] = _end_of(each_app, how, step)
            came.set()

        steps = (("first", held, first), ("second", late, second))
        _join([threading.Thread(target=alone, args=one) for one in steps])
        return ends["first"], ends["second"]

    return run


def _end_of(app, work, argument):
    from matchmaker.extensions import db

    with app.app_context():
        try:
            return work(argument)
        except Exception as error:
            return error
        finally:
            db.session.remove()


def _join(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
