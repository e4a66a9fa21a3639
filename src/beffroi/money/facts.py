"""What this room tells its callers. Amounts are tenths of a cent; tax rates hundredths of a percent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from beffroi.delivery.words import Channel
from beffroi.kit import money
from beffroi.money.words import OnExceed


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """One version of the tariff; prices before tax."""

    sms_part: int
    email: int
    push: int
    vat_rate: int
    free_sms_parts: int

    def of(self, channel: Channel) -> int:
        """The price of one part."""
        return {
            Channel.EMAIL: self.email,
            Channel.SMS: self.sms_part,
            Channel.PUSH: self.push,
        }[channel]


DEFAULT_PRICES = Prices(sms_part=100, email=20, push=0, vat_rate=2_000, free_sms_parts=2_000)
"""What the town of Arcachon paid for its Télmail (issue 3); in force until a town enters its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedPrices:
    """A version of the tariff as the town's pages show it."""

    prices: Prices
    valid_from: date | None
    """None: the default, in force since ever."""
    by_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What somebody means to send."""

    channel: Channel
    recipients: int
    parts: int = 1
    """SMS parts of one delivery; 1 for the other channels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PricedLine:
    """One line of an estimate or of a bill."""

    channel: Channel
    recipients: int
    parts: int
    unit_price: int
    vat_rate: int
    free_parts: int

    @property
    def all_parts(self) -> int:
        return self.recipients * self.parts

    @property
    def before_tax(self) -> int:
        return (self.all_parts - self.free_parts) * self.unit_price

    @property
    def vat(self) -> int:
        return money.vat(self.before_tax, self.vat_rate)

    @property
    def with_tax(self) -> int:
        return self.before_tax + self.vat


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetState:
    """A budget and what is left of it."""

    budget_id: int
    service_id: int | None
    service_name: str
    """Empty for the budget of the whole town."""
    year: int
    amount: int
    granted: int
    """Added by the cabinet."""
    spent: int
    on_exceed: OnExceed

    @property
    def limit(self) -> int:
        return self.amount + self.granted

    @property
    def left(self) -> int:
        return self.limit - self.spent

    @property
    def may_be_overridden(self) -> bool:
        return self.on_exceed == OnExceed.CABINET_MAY_OVERRIDE

    def pays(self, amount: int) -> bool:
        """What costs nothing is always paid."""
        return amount <= max(self.left, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a send costs at most, and whether it may go."""

    lines: Sequence[PricedLine]
    free_parts_left: int
    """Of the month, once this is sent."""
    budgets: Sequence[BudgetState]
    """Those that this send draws on, as they stand before it."""

    @property
    def before_tax(self) -> int:
        return sum(line.before_tax for line in self.lines)

    @property
    def vat(self) -> int:
        return sum(line.vat for line in self.lines)

    @property
    def with_tax(self) -> int:
        return self.before_tax + self.vat

    @property
    def free_parts(self) -> int:
        return sum(line.free_parts for line in self.lines)

    @property
    def budget_left(self) -> int | None:
        """Of the tightest budget, once this is sent; None when no budget bounds it."""
        return min((budget.left - self.before_tax for budget in self.budgets), default=None)

    @property
    def blocked_by(self) -> BudgetState | None:
        return next((b for b in self.budgets if not b.pays(self.before_tax)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class BillLine:
    """What one sending of a message really cost, or costs at most while it is still going out."""

    message_id: int
    service_id: int | None
    priced: PricedLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """Several bills together."""

    messages: int = 0
    recipients: int = 0
    parts: int = 0
    free_parts: int = 0
    before_tax: int = 0
    vat: int = 0

    @property
    def with_tax(self) -> int:
        return self.before_tax + self.vat


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementRow:
    """What one service sent by one channel."""

    service_id: int | None
    service_name: str
    channel: Channel
    sums: Sums


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    month: date
    rows: Sequence[StatementRow]
    total: Sums
    free_parts_left: int


class BudgetExceeded(Exception):
    """A budget cannot pay this. Nothing was sent."""

    def __init__(self, budget: BudgetState, asked: int) -> None:
        super().__init__(budget.budget_id, asked)
        self.budget, self.asked = budget, asked

    @property
    def missing(self) -> int:
        return self.asked - max(self.budget.left, 0)


class NoSuchBudget(Exception):
    """This town has no such budget."""


class NoOverride(Exception):
    """This budget is a hard stop: nobody may grant more than its amount."""


class ReasonMissing(Exception):
    """More money is granted with a reason and an amount, or not at all."""


class BudgetInUse(Exception):
    """The cabinet granted money on this budget: it stays, with its history."""


class AlreadyPast(Exception):
    """A tariff begins today or later: what is sent is sent."""
