"""All methods of the Web API that the local Slack has."""

from localslack.api import chat, conversations, files, history, people, reactions, validate, views
from localslack.api.call import Method

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **history.METHODS,
    **people.METHODS,
    **reactions.METHODS,
    **validate.METHODS,
    **views.METHODS,
}
