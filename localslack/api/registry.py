"""All methods of the Web API that the local Slack has."""

from localslack.api import (
    agents,
    chat,
    conversations,
    files,
    functions,
    history,
    people,
    reactions,
    unfurls,
    validate,
    views,
)
from localslack.api.call import Method

METHODS: dict[str, Method] = {
    **agents.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **functions.METHODS,
    **history.METHODS,
    **people.METHODS,
    **reactions.METHODS,
    **unfurls.METHODS,
    **validate.METHODS,
    **views.METHODS,
}
