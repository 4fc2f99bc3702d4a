"""The bundle of the newest period, made by the run that changed its numbers.

Only where a signing key is named (DEDUP_SIGNING_KEY): without one the asset says so and does nothing.

No ``from __future__ import annotations`` in this module: Dagster reads a step's annotations when it is defined.
"""

import dagster as dg

from dedup_assets.components.city import City
from dedup_assets.components.retry import tried_once
from dedup_assets.defs.runs import runs_of
from dedup_assets.settings import settings
from dedup_assets.warehouse import CITY


@dg.asset(
    key=[CITY, "bundle"],
    group_name=CITY,
    owners=[settings().city_owner],
    kinds={"json"},
    tags={"tier": "open"},
    deps=[[CITY, "score_history"], [CITY, "impact_total"]],
    # As the site: never from a score that broke a law of the city's gate.
    automation_condition=dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed(),
    description="The signed bundle of the newest period, which an outsider checks with sha256sum and openssl.",
)
@tried_once
def bundle(context: dg.AssetExecutionContext, city: City) -> dg.MaterializeResult[None]:
    """Write and sign the newest period's bundle for auditors; one that is there already is left as it is."""
    own = city.settings
    if own.signing_key is None:
        return dg.MaterializeResult(metadata={"bundle": "none: DEDUP_SIGNING_KEY names no key to sign with"})
    from dedup_assets.evidence.bundle import Asked, Signing, bundle
    from dedup_assets.evidence.chain import ThereAlreadyError
    from dedup_assets.evidence.keys import private_key
    from dedup_assets.evidence.timestamp import authority_at

    signing = Signing(
        private_key(own.signing_key),
        private_key(own.witness_key) if own.witness_key else None,
        authority_at(own.tsa) if own.tsa else None,
    )
    try:
        made = bundle(
            city.home,
            city.departments,
            own,
            Asked("latest"),
            signing,
            out=own.bundles_folder,
            runs=runs_of(context.instance),
        )
    except ThereAlreadyError as error:
        # The period has its bundle. What a second run changed is for a person to say, with `dedup bundle --corrects`.
        return dg.MaterializeResult(metadata={"bundle": f"none made: {error}"})
    return dg.MaterializeResult(
        metadata={
            "bundle": dg.MetadataValue.path(str(made.path)),
            "as_of": made.as_of.isoformat(),
            "root": made.root,
            "link": made.link,
            "leaves": made.leaves,
            "files": made.files,
            "bytes": made.bytes,
        }
    )
