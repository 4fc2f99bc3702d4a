"""The component that turns one department's document into its assets and checks, and what starts their run.

Adding a department is one folder with ``defs.yaml`` and ``contract.yaml``; nothing here names any department.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import dagster as dg

from dedup_assets.components import delivery, explanation, pool, steps
from dedup_assets.components.city import pool_of
from dedup_assets.components.lineage import has_identifiers
from dedup_assets.deliveries.contract import load_contract
from dedup_assets.deliveries.department import Department as Document
from dedup_assets.findings.suites import applicable_rules, load_rules
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY

if TYPE_CHECKING:
    from pydantic import BaseModel


class Department(dg.Component):
    """One department of the city: who it is, when it delivers, how strictly it is judged."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """The document itself is the schema, so rooms that know no Dagster read the same file."""
        return Document

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:
        """The component of one document, checked against its folder.

        Raises DagsterInvalidDefinitionError when the name is not the folder's.
        """
        if not isinstance(attributes, Document):
            raise dg.DagsterInvalidDefinitionError(f"{context.path}: a department needs attributes")
        if attributes.name != context.path.name:
            message = f"{context.path}: name is {attributes.name!r}, but the folder is {context.path.name!r}"
            raise dg.DagsterInvalidDefinitionError(message)
        return cls(attributes)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Assets from manifest to score, one check a rule, and what starts their run."""
        document = self.document
        contract = load_contract(context.path / "contract.yaml")
        rules = applicable_rules(load_rules(settings().expectations), document, contract)
        identified = has_identifiers(contract)
        assets = [steps.image_record(document)]
        if document.has_images:
            assets.append(steps.image_file(document))
        if pool_of(document) != CITY:
            assets += pool.assets(document.name, document.name, [document], has_identifiers=identified)
        assets += [
            steps.image_fact(document, has_identifiers=identified),
            steps.rule_result(document, rules),
            explanation.finding_cause(document, has_identifiers=identified),
            steps.ledger_balance(document),
            explanation.finding_impact(document),
            steps.score_history(document),
        ]
        return dg.Definitions.merge(dg.Definitions(assets=assets), delivery.definitions(document, contract))
