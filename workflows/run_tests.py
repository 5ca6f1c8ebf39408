"""Execute a suite of tests in shards, execute the failed ones again, and report which are flaky."""

from pydantic import BaseModel, Field

from signoff import Fatal, Retry, Settled, StepContext, Workflow
from workflows.suite import unittests as tests
from workflows.suite.unittests import InvalidSuite, Result, Shard


class Suite(BaseModel):
    shards: int = Field(3, ge=1, le=50, description="A number from 1 to 50")


class Report(BaseModel):
    passed: int
    skipped: int
    flaky: list[str]
    failed: list[str]
    summary: str


test_run = Workflow(
    "test-run",
    title="Test run",
    input=Suite,
    owner="@platform",
    channel="#deploys",
    on_failure="fail",
    description="Executes the tests in shards, executes the failed ones again, and reports flaky ones.",
    result="{verdict}",
)


@test_run.step(run_in="process", timeout="5m")
def collect(input: Suite) -> list[Shard]:
    try:
        return tests.shards(tests.collect(), input.shards)
    except InvalidSuite as why:
        raise Fatal(str(why)) from None


@test_run.step(each=collect, at_once=4, run_in="process", timeout="1h", retry=Retry(attempts=3, delay="1s"))
def shard(part: Shard, ctx: StepContext) -> list[Result]:
    """Each test has a checkpoint, so another attempt neither repeats a test nor the one that crashed."""
    results = []
    for number, test in enumerate(part.tests):
        before = ctx.checkpoints.get(test)
        if before == "started":
            result = Result(test=test, state="crashed", why="it ended its process")
        elif before:
            result = Result.model_validate(before)
        else:
            ctx.checkpoint(test, "started")
            result = tests.execute(test)
        ctx.checkpoint(test, result.model_dump())
        results.append(result)
        ctx.progress(number + 1, of=len(part.tests), text=test)
    return results


@test_run.step
def suspects(collect: list[Shard], shard: list[Settled[list[Result]]]) -> list[str]:
    """Every test that has no good result, such as those of a shard that failed."""
    results = [result for each in shard if each.value for result in each.value]
    good = {result.test for result in results if result.state in ("passed", "skipped")}
    return [test for each in collect for test in each.tests if test not in good]


@test_run.step(each=suspects, run_in="process", timeout="10m", retry=Retry(attempts=2, delay="1s"))
def again(test: str) -> Result:
    """Alone, in a new process for each attempt."""
    result = tests.execute(test)
    if result.state == "failed":
        raise AssertionError(result.why)
    return result


@test_run.step
def report(
    shard: list[Settled[list[Result]]], suspects: list[str], again: list[Settled[Result]], ctx: StepContext
) -> Report:
    results = {result.test: result for each in shard if each.value for result in each.value}
    flaky, failed = [], []
    for test, repeated in zip(suspects, again, strict=True):
        ctx.log(f"{test}: {repeated.error or 'passed when it was executed again'}")
        if repeated.value is None:
            failed.append(test)
        elif test in results:
            flaky.append(test)
        else:
            results[test] = repeated.value
    states = [result.state for result in results.values()]
    passed, skipped = states.count("passed"), states.count("skipped")
    summary = f"{passed} passed, {len(flaky)} flaky, {skipped} skipped, {len(failed)} failed"
    return Report(passed=passed, skipped=skipped, flaky=flaky, failed=failed, summary=summary)


@test_run.step
def verdict(report: Report) -> str:
    if report.failed:
        raise Fatal(f"{report.summary}: {', '.join(report.failed[:10])}")
    return report.summary + (f": {', '.join(report.flaky[:10])}" if report.flaky else "")
