"""Rows of official mail. The mail servers read them through the views of the schema `mailserver`."""

from beffroi.mailhosting.models.arriving import NotCopied, OldAddress, OldFolder
from beffroi.mailhosting.models.boxes import Address, AliasTarget, Allowance, Mailbox, Member
from beffroi.mailhosting.models.destroying import Disposal, DisposalLine
from beffroi.mailhosting.models.dns import DnsCheck, LoopTest, MailReport, Publisher
from beffroi.mailhosting.models.domains import DkimKey, Domain
from beffroi.mailhosting.models.doors import AppPassword, Nudge, PasswordLink
from beffroi.mailhosting.models.exporting import BoxExport
from beffroi.mailhosting.models.handing import (
    HandOver,
    InventoryLine,
    NewRoster,
    Outgoing,
    Seat,
)
from beffroi.mailhosting.models.leaving import Consultation, Cut, Departure, ReplyText
from beffroi.mailhosting.models.rules import Absence, Redirect
from beffroi.mailhosting.models.signatures import Signature, SignatureTemplate
from beffroi.mailhosting.models.usage import Usage

__all__ = [
    "Absence",
    "Address",
    "AliasTarget",
    "Allowance",
    "AppPassword",
    "BoxExport",
    "Consultation",
    "Cut",
    "Departure",
    "DkimKey",
    "Disposal",
    "DisposalLine",
    "DnsCheck",
    "Domain",
    "HandOver",
    "InventoryLine",
    "LoopTest",
    "MailReport",
    "Mailbox",
    "Member",
    "NewRoster",
    "NotCopied",
    "Nudge",
    "OldAddress",
    "OldFolder",
    "Outgoing",
    "PasswordLink",
    "Publisher",
    "Redirect",
    "Signature",
    "SignatureTemplate",
    "Usage",
    "ReplyText",
    "Seat",
]
