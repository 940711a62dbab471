"""Contracts that others made and recorded: municipal registers of procurement, and packages of open contracting."""

from services.bootstrap import System
from services.importing.kind import Kind, Order
from services.importing.lines import Unreadable
from services.importing.mapping import BadRecord, Reader
from services.importing.ocds import contract_lines
from services.importing.ocds_contract import ContractStories
from services.importing.registers import FIELDS, RegisterStories, year_of
from services.importing.stories import Tell

LAYOUTS = ("ocds", "kosovo_register_wide", "kosovo_register_16")
"""What ships, the most particular first."""


async def _begin(system: System, order: Order, reader: Reader) -> Tell:
    now = await system.handler.now(await system.handler.authority.tenant(order.tenant))
    if not reader.tabular:
        return ContractStories(now)
    try:
        return RegisterStories(reader, year_of(order.file.stem, order.year, now), now)
    except BadRecord as error:
        raise Unreadable(str(error)) from error


CONTRACTS = Kind("contracts", FIELDS, _begin, LAYOUTS, contract_lines)
