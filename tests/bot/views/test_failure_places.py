"""Where a step may not post: the name of a channel, which may be private, in rows of any release."""

from bot.views.wording.channels import without_names
from engine import Failure

SENTENCE = "ctx.notify in tell: post may not post to #takeover. Add the place to may_notify= of the workflow."


def test_a_failure_of_an_earlier_release_is_shown_without_the_channel() -> None:
    shown = without_names(Failure("ContractError", SENTENCE))
    assert "may not post to a channel. Add the place" in shown


def test_a_channel_in_the_words_of_an_author_stays() -> None:
    words = "the job in #takeover failed"
    assert without_names(Failure("Fatal", words)) == words
    assert without_names(Failure("PlaceNotAllowed", SENTENCE, place="#takeover")) == SENTENCE
