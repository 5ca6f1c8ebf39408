"""A workflow file for workers: five small steps, as `bench.harness.five`, on a queue of their own."""

from signoff import Workflow

hall = Workflow("hall", owner="@people")


@hall.step(queue="hall")
async def a() -> int:
    return 1


@hall.step(queue="hall")
async def b(a: int) -> int:
    return a


@hall.step(queue="hall")
async def c(b: int) -> int:
    return b


@hall.step(queue="hall")
async def d(c: int) -> int:
    return c


@hall.step(queue="hall")
async def e(d: int) -> int:
    return d
