"""Bugs in agents: calls without people, other arguments, work done twice, limits that hold nothing."""

from scripts.planted.mutant import Mutant

_AGENTS = ("tests/engine/steps/test_agents.py",)
_SHOWN = ("tests/bot/views/test_agent_runs.py",)
_EVALUATED = ("tests/bot/cli/test_eval.py",)
_CONVERSATION = "engine/steps/agents/conversation.py"

MUTANTS = [
    Mutant(
        "a tool without Python code is taken",
        "engine/authoring/source_digest.py",
        "    if not isinstance(code, CodeType):\n",
        "    if code is None:\n        return repr(type(function))\n    if not isinstance(code, CodeType):\n",
        (*_AGENTS, "tests/engine/authoring/test_source_digest.py"),
    ),
    Mutant(
        "without source, another constant has the same digest",
        "engine/authoring/source_digest.py",
        "repr(code.co_varnames), *constants])",
        "repr(code.co_varnames)])",
        ("tests/engine/authoring/test_source_digest.py",),
    ),
    Mutant(
        "an evaluation takes 1 for true in a list",
        "engine/steps/agents/evaluation.py",
        "and all(map(_same, answer, expected))",
        "and answer == expected",
        _EVALUATED,
    ),
    Mutant(
        "an agent calls a tool without its approval",
        _CONVERSATION,
        "            if tool.approvers:\n                self.ctx.log",
        "            if False:\n                self.ctx.log",
        _AGENTS,
    ),
    Mutant(
        "a rejected call of an agent executes",
        "engine/authoring/agent_nodes.py",
        'f"{people_read}: call {number}", None, (ApprovalRef(ask),)',
        'f"{people_read}: call {number}", ApprovalRef(ask).answered, ()',
        _AGENTS,
    ),
    Mutant(
        "people do not see the defaults of an agent's call",
        "engine/steps/agents/tools.py",
        "values.model_dump_json(by_alias=True)",
        "values.model_dump_json(by_alias=True, exclude_unset=True)",
        _AGENTS,
    ),
    Mutant(
        "a tool of an agent takes arguments that it does not have",
        "engine/steps/agents/tools.py",
        'ConfigDict(extra="forbid")',
        'ConfigDict(extra="ignore")',
        _AGENTS,
    ),
    Mutant(
        "new code of a tool executes under an old approval",
        "engine/steps/agents/tools.py",
        'f"{source_of(self.function)}\\n{schema}"',
        'f"{schema}"',
        _AGENTS,
    ),
    Mutant(
        "a crash repeats a tool's call that ended",
        _CONVERSATION,
        "        if key in self.ctx.checkpoints:\n            ending, text",
        "        if False:\n            ending, text",
        _AGENTS,
    ),
    Mutant(
        "a crash asks the model again",
        _CONVERSATION,
        "        if key in self.ctx.checkpoints:\n            (kept,)",
        "        if False:\n            (kept,)",
        _AGENTS,
    ),
    Mutant(
        "an agent asks people more often than its budget allows",
        _CONVERSATION,
        "if self.agent.last:",
        "if False:",
        _AGENTS,
    ),
    Mutant(
        "an agent asks people about arguments that they cannot read in full",
        _CONVERSATION,
        "if len(arguments) > MAX_ARGUMENTS:",
        "if False:",
        _AGENTS,
    ),
    Mutant(
        "a guard of an answer refuses nothing",
        _CONVERSATION,
        'return None if refusal is None else f"The answer is refused: {refusal}"',
        "return None",
        _AGENTS,
    ),
    Mutant(
        "a guard of a prompt refuses nothing",
        _CONVERSATION,
        "if refusal := await _refusal(agent.input_guards, prompt):",
        "if False:",
        _AGENTS,
    ),
    Mutant(
        "a budget of tokens holds nothing",
        _CONVERSATION,
        "if budget.tokens is not None and tokens >= budget.tokens:",
        "if False:",
        _AGENTS,
    ),
    Mutant(
        "a model gets a credential that a tool returned",
        _CONVERSATION,
        'result = ("failed", hidden(',
        'result = ("failed", str(',
        _AGENTS,
    ),
    Mutant(
        "people see the slots that an agent did not need",
        "engine/kernel/agent_steps.py",
        "        if step.step in detail.parts:\n            continue",
        "        if False:\n            continue",
        _SHOWN,
    ),
    Mutant(
        "a transcript shows a credential",
        "engine/runtime/queries/read_model.py",
        "            return redacted(text, self._secrets)\n\n        return {agent: transcript_lines",
        "            return text\n\n        return {agent: transcript_lines",
        _SHOWN,
    ),
    Mutant(
        "Retry after a spent budget fails at once",
        _CONVERSATION,
        '        if spent is not None and spent["key"] != ctx.idempotency_key:',
        "        if False:",
        _AGENTS,
    ),
    Mutant(
        "a spent budget begins again without a person",
        _CONVERSATION,
        '            kept = {"key": self.ctx.idempotency_key, "used"',
        '            kept = {"key": "", "used"',
        ("tests/crash/test_agent_killed.py",),
    ),
    Mutant(
        "an evaluation executes a tool",
        "engine/steps/agents/evaluation.py",
        "    tried = replace(agent, tools=stand_ins)",
        "    tried = replace(agent, tools=tuple(Tool(tool.function) for tool in agent.tools))",
        _EVALUATED,
    ),
    Mutant(
        "a worse version of an agent passes its evaluation",
        "bot/cli/commands/eval.py",
        "if not_worse and variant.mean < found[0].mean:",
        "if False:",
        _EVALUATED,
    ),
    Mutant(
        "an evaluation below its threshold passes",
        "bot/cli/commands/eval.py",
        "if least is not None and variant.mean < least:",
        "if False:",
        _EVALUATED,
    ),
    Mutant(
        "the idempotency key of an approved call changes after a crash",
        "engine/steps/agents/agent.py",
        "        return hidden(await tool.execute(arguments, ctx))",
        "        import dataclasses\n"
        "        ctx = dataclasses.replace(ctx, idempotency_key=str(ctx.attempt))\n"
        "        return hidden(await tool.execute(arguments, ctx))",
        ("tests/crash/test_agent_killed.py",),
    ),
]
