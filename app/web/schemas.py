"""The shapes of the HTTP API, version 1. Field names are fixed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

PlatformName = Literal["taobao", "tmall", "jd", "pdd"]
StageName = Literal["presale", "insale", "aftersale"]
OrderState = Literal["unpaid", "paid", "shipped", "received"]
Outcome = Literal["displayed", "sent", "edited", "rejected"]
# The setting max_message is the limit in force; this one only bounds what is parsed.
Text = Annotated[str, StringConstraints(max_length=10_000, strict=True)]
Short = Annotated[str, StringConstraints(max_length=200, strict=True)]
ShopId = Annotated[Short | None, Field(description="Without it the default shop.")]


class Body(BaseModel):
    """A request body: unknown fields are an error, so that a typing slip is noticed."""

    model_config = ConfigDict(extra="forbid")


class SuggestionRequest(Body):
    """One message, or several of one customer in the order in which they came."""

    message: Text | None = Field(default=None, examples=["怎么还不发货"])
    messages: list[Text] | None = Field(default=None, min_length=1, max_length=50)
    shop: ShopId = None
    platform: PlatformName | None = None
    stage: StageName | None = None
    order: OrderState | None = Field(default=None, description="State of the customer's order.")
    channel: Literal["chat", "phone"] = "chat"
    turn: Literal["first", "later"] | None = Field(
        default=None, description="`later`: no greeting. Without it `conversation_id` decides."
    )
    variables: dict[Short, Short] = Field(default_factory=dict, max_length=50)
    limit: int = Field(default=3, ge=1, le=10, strict=True)
    conversation_id: Short | None = None
    busy: bool = Field(default=False, description="Many customers wait: a greeting that says so.")
    callback: bool = Field(default=False, description="The shop calls the customer (phone).")
    preview: bool = Field(
        default=False,
        description="Still being typed: journalled only when it stays or gets feedback.",
    )
    explain: bool = False

    @model_validator(mode="after")
    def _one_of(self) -> SuggestionRequest:
        if (self.message is None) == (self.messages is None):
            raise ValueError("message 和 messages 请填且只填一个")
        return self

    def texts(self) -> list[str]:
        """The messages in order."""
        return [self.message] if self.message is not None else list(self.messages or ())


class FindingOut(BaseModel):
    """One finding; offsets count code points of the text."""

    rule_id: str
    severity: Literal["suggestion", "warning", "error"]
    start: int
    end: int
    text: str
    message: str
    replacements: list[str]
    source: str
    link: str


class ProofOut(BaseModel):
    """Why an entry was suggested."""

    ask: str
    spans: list[tuple[int, int]]
    scores: dict[str, float]
    guards: list[str]
    read_as: str
    synonyms: list[tuple[str, str]]


class VariablesOut(BaseModel):
    """Which variables of the template were filled and which are missing.

    `titles` names the missing ones as the blanks of the text do: `order_no` is 订单号.
    """

    filled: list[str]
    missing: list[str]
    titles: dict[str, str]


class SuggestionOut(BaseModel):
    """One sendable reply."""

    entry_id: str
    title: str
    confidence: float
    text: str
    greeting: str
    body: str
    closing: str
    script: Literal["hans", "hant"]
    proof: ProofOut
    variables: VariablesOut
    findings: list[FindingOut]
    handoff: str | None
    source: str
    entries: list[str]


class PartOut(BaseModel):
    """One ask of a burst."""

    message: str
    decision: Literal["answer", "choose", "none"]
    entry_id: str | None
    confidence: float


class DeadlineOut(BaseModel):
    """The time limit that applies, from the customer's message."""

    rule: str
    seconds: int


class PhrasebookOut(BaseModel):
    """Which version of the phrasebook answered."""

    version: str


class SuggestionsOut(BaseModel):
    """The answer to POST /v1/suggestions."""

    id: str
    decision: Literal["answer", "choose", "none"]
    suggestions: list[SuggestionOut]
    parts: list[PartOut]
    fallback: SuggestionOut | None
    mood: Literal["calm", "urgent", "upset"]
    deadline: DeadlineOut | None
    case: None = None
    withheld: dict[str, list[FindingOut]]
    phrasebook: PhrasebookOut
    took_ms: float


class DraftRequest(Body):
    """A draft to rewrite."""

    draft: Text
    shop: ShopId = None
    platform: PlatformName | None = None
    stage: StageName | None = None


class EditOut(BaseModel):
    """`draft[start:end]` becomes `replacement`; offsets count code points."""

    start: int
    end: int
    text: str
    replacement: str
    rule_id: str
    message: str
    source: str


class RewriteOut(BaseModel):
    """The answer to POST /v1/rewrites."""

    rewritten: str
    changed: bool
    edits: list[EditOut]


class CheckRequest(Body):
    """A text to check. `entry_id` adds the rules that belong to one entry.

    `direction` is `out` for what the shop sends, `in` for what the customer wrote.
    """

    text: Text
    shop: ShopId = None
    platform: PlatformName | None = None
    stage: StageName | None = None
    entry_id: Short | None = None
    direction: Literal["out", "in"] = "out"


class CheckOut(BaseModel):
    """The answer to POST /v1/check; ok is false when a finding is an error."""

    ok: bool
    findings: list[FindingOut]


class FeedbackRequest(Body):
    """What became of a suggestion. `text` is what was sent, for edited ones."""

    suggestion_id: Short
    entry_id: Short | None = None
    outcome: Outcome
    text: Text | None = None


class FeedbackOut(BaseModel):
    """The stored feedback's number."""

    id: int


class EntryOut(BaseModel):
    """One entry of the phrasebook, as trainers wrote it."""

    id: str
    title: str
    stage: str
    source: str
    asks: list[str]
    near_misses: list[str]
    reply: str
    variants: int
    handoff: str | None


class EntriesOut(BaseModel):
    """A page of entries; `total` counts all that fit the filter."""

    total: int
    entries: list[EntryOut]


class ReplyRequest(Body):
    """What is known of the conversation in which an agent chose an entry.

    `message` is what the customer wrote; it decides simplified or traditional characters.
    """

    message: Text = ""
    shop: ShopId = None
    platform: PlatformName | None = None
    stage: StageName | None = None
    order: OrderState | None = None
    channel: Literal["chat", "phone"] = "chat"
    turn: Literal["first", "later"] = "first"
    variables: dict[Short, Short] = Field(default_factory=dict, max_length=50)


class BookVariableOut(BaseModel):
    """A value that a request may bring, such as the order number."""

    id: str
    title: str
    example: str


class TierOut(BaseModel):
    """With up to so many customers at once, each is answered within so many seconds."""

    customers: int
    seconds: int


class LimitsOut(BaseModel):
    """Seconds from a customer's message; `first_reply` is null when the book has no such limit."""

    first_reply: int | None
    at_once: list[TierOut]


class FileFindingOut(BaseModel):
    """One error in the files of a phrasebook; `place` is file:line:column."""

    place: str
    rule: str
    message: str
    hint: str


class BookOut(BaseModel):
    """What a chat window has to know of a phrasebook. `entries` counts them.

    `problem` says what is wrong with the newest files, `findings` where; None and empty when they
    are served.
    """

    name: str
    shop: str
    version: str
    entries: int
    variables: list[BookVariableOut]
    limits: LimitsOut
    problem: str | None = None
    findings: list[FileFindingOut] = []


class UnansweredOut(BaseModel):
    """One wording that nothing answered, with personal data masked."""

    count: int
    first_at: str
    last_at: str
    samples: list[str]


class StatsOut(BaseModel):
    """Figures of the journal; `took_ms_p95` is null while there are no suggestions."""

    suggestions: int
    decisions: dict[str, int]
    outcomes: dict[str, int]
    took_ms_p95: float | None


class ShopOut(BaseModel):
    """One shop. A loaded one with a problem answers from its last good phrasebook."""

    id: str
    name: str | None
    state: Literal["loaded", "idle", "broken"]
    problem: str | None
    findings: list[FileFindingOut]


class ShopsOut(BaseModel):
    """Every shop, the default one first."""

    shops: list[ShopOut]
