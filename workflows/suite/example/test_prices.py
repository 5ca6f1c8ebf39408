"""A suite to try `test-run` with. One of its tests fails now and then, as it depends on the time."""

import time
import unittest


def with_tax(net: int, percent: int) -> int:
    return net + net * percent // 100


class Prices(unittest.TestCase):
    def test_tax_is_added(self) -> None:
        assert with_tax(100, 19) == 119

    def test_no_tax(self) -> None:
        assert with_tax(100, 0) == 100

    def test_cents_are_dropped(self) -> None:
        assert with_tax(99, 7) == 105

    def test_flaky(self) -> None:
        assert time.monotonic_ns() // 1000 % 10 < 7, "a slow answer"

    @unittest.skip("nobody gives discounts so far")
    def test_discounts(self) -> None: ...


class Totals(unittest.TestCase):
    def test_an_empty_cart(self) -> None:
        assert sum([]) == 0

    def test_a_cart(self) -> None:
        assert sum([with_tax(100, 19), with_tax(50, 7)]) == 172
