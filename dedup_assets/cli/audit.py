"""The panel *Audit*: bundles that an outsider checks, the keys that sign them, proofs of single findings.

Put here how they are typed and told. Keep out what they hold (``evidence``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup_assets.cli.output import notice

if TYPE_CHECKING:
    from dedup_assets.evidence.bundle import Signing
    from dedup_assets.evidence.period import BundleTier
    from dedup_assets.evidence.timestamp import Authority
    from dedup_assets.evidence.verify import Verified

PANEL = "Audit"

HomeFolder = Annotated[
    Path | None, typer.Option(help="Folder of the warehouse; DEDUP_HOME if not given.", file_okay=False)
]
Keys = Annotated[
    list[Path] | None, typer.Option("--key", help="Public key that must have signed; may be given several times.")
]
Roots = Annotated[
    Path | None, typer.Option("--tsa-ca", help="Root certificate (PEM) of the time stamp authority.", dir_okay=False)
]


def keygen(
    file: Annotated[Path, typer.Argument(help="File for the private key; the public one gets .pub.", dir_okay=False)],
) -> None:
    """Make a pair of keys (Ed25519): FILE for its owner alone, FILE.pub for everybody."""
    from dedup_assets.evidence.keys import generate, key_id, public_key

    public = generate(file)
    sys.stdout.write(f"private key  {file}\npublic key   {public}\nkey id       {key_id(public_key(public))}\n")
    notice("give the public key and its id to auditors yourself; who finds it beside a bundle cannot know whose it is")


def bundle(
    period: Annotated[str, typer.Argument(help="A date of the calendar (2026-06-30), a month (2026-06) or latest.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Folder of bundles; DEDUP_BUNDLES if not given.")] = None,
    key: Annotated[Path | None, typer.Option(help="Private key; DEDUP_SIGNING_KEY if not given.")] = None,
    tier: Annotated[str, typer.Option(help="auditor or committee.")] = "auditor",
    witness_key: Annotated[
        Path | None, typer.Option(help="Private key of a second signature; DEDUP_WITNESS_KEY if not given.")
    ] = None,
    tsa: Annotated[str, typer.Option(help="Address of a time stamp authority; DEDUP_TSA if not given.")] = "",
    corrects: Annotated[str, typer.Option(help="Name of the bundle that this one corrects.")] = "",
    hold: Annotated[
        list[str] | None, typer.Option(help="Why it must be kept longer; may be given several times.")
    ] = None,
    home: HomeFolder = None,
) -> None:
    """Write the signed bundle of PERIOD (a date, a month, or latest): what went in, which rules held, what came out."""
    _use(home)
    from dedup_assets.defs.runs import table_runs
    from dedup_assets.deliveries.department import load_departments
    from dedup_assets.evidence.bundle import Asked, bundle
    from dedup_assets.settings import settings
    from dedup_assets.warehouse import Home

    own = settings()
    signing = _signing(key, witness_key, tsa)
    asked = Asked(period, _tier(tier), corrects or None, tuple(hold or ()))
    place = Home(own.home)
    with place.run_lock(own.lock_timeout_seconds, notice):
        made = bundle(
            place,
            load_departments(own.departments),
            own,
            asked,
            signing,
            out=out or own.bundles_folder,
            runs=table_runs(),
        )
    sys.stdout.write(f"bundle  {made.path}\nroot    {made.root}\nlink    {made.link}\n")
    notice(f"{made.files} files, {made.bytes:,} bytes, {made.leaves} leaves; `dedup verify {made.path}` checks it")


def cosign(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of the bundle.", file_okay=False)],
    key: Annotated[Path | None, typer.Option(help="Private key; DEDUP_WITNESS_KEY if not given.")] = None,
    tsa: Annotated[str, typer.Option(help="Address of a time stamp authority; DEDUP_TSA if not given.")] = "",
) -> None:
    """Verify a bundle, and add a second signature beside it; the bundle itself is not touched."""
    from dedup_assets.errors import UserError
    from dedup_assets.evidence.keys import private_key
    from dedup_assets.evidence.signatures import payload_of, sign
    from dedup_assets.evidence.verify import verify
    from dedup_assets.settings import settings

    file = key or settings().witness_key
    if file is None:
        raise UserError("name the private key with --key or DEDUP_WITNESS_KEY (`dedup keygen FILE` makes one)")
    verify(path)
    sys.stdout.write(f"{sign(path, payload_of(path), private_key(file), _authority(tsa))}\n")


def verify(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE|PROOF", help="Folder of a bundle, or file of a proof.")],
    *,
    key: Keys = None,
    previous: Annotated[Path | None, typer.Option(help="The bundle that must stand before it.")] = None,
    tsa_ca: Roots = None,
    root: Annotated[str, typer.Option(help="Of a proof: the root that it must lead to.")] = "",
    bundle: Annotated[Path | None, typer.Option(help="Of a proof: the bundle that it must belong to.")] = None,
) -> None:
    """Check a bundle, or the proof of one finding, and name the first thing that is wrong."""
    from dedup_assets.errors import UserError
    from dedup_assets.evidence.prove import check_proof

    if not path.is_file():
        _print(_verified(path, key, previous, tsa_ca))
        return
    if bool(root) == (bundle is not None):
        raise UserError("a proof shows nothing by itself: give either --root or --bundle")
    if bundle is not None:
        verified = _verified(bundle, key, previous, tsa_ca)
        _print(verified)
        root = verified.root
    proof = check_proof(path, root)
    sys.stdout.write(f"{proof.finding['finding_id']} is one of the findings behind the root {root}\n")


def prove(
    finding: Annotated[str, typer.Argument(help="A finding's id (F-...).")],
    bundle: Annotated[Path, typer.Option(help="Folder of the bundle.", file_okay=False)],
    out: Annotated[Path | None, typer.Option(help="File for the proof; standard output if not given.")] = None,
    home: Annotated[
        Path | None, typer.Option(help="Home whose enclaves may be opened, for a restricted finding.", file_okay=False)
    ] = None,
) -> None:
    """Write the proof that one finding belongs to a bundle; it holds no other finding."""
    from dedup_assets.engines.beside import beside
    from dedup_assets.errors import UserError
    from dedup_assets.evidence.prove import prove
    from dedup_assets.warehouse import Home

    verified = _verified(bundle, None, None, None)
    content = prove(finding, bundle, verified, Home(home) if home else None).content()
    if out is None:
        sys.stdout.write(content.decode())
        return
    try:
        with beside(out) as part:
            part.write_bytes(content)
    except OSError as error:
        raise UserError(f"{out} cannot be written ({error.strerror}); name a file in a folder that is there") from error
    sys.stdout.write(f"{out}\n")
    notice(f"`dedup verify {out} --root {verified.root}` checks it, or the commands of {bundle}/VERIFY.txt")


def register(app: typer.Typer) -> None:
    """Add this panel's commands."""
    for command in (keygen, bundle, cosign, verify, prove):
        app.command(rich_help_panel=PANEL)(command)


def _verified(path: Path, keys: list[Path] | None, previous: Path | None, roots: Path | None) -> Verified:
    from dedup_assets.evidence.keys import public_key
    from dedup_assets.evidence.verify import verify

    return verify(path, [public_key(each) for each in keys or []], previous, roots)


def _print(verified: Verified) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in verified.says()))


def _signing(key: Path | None, witness: Path | None, tsa: str) -> Signing:
    from dedup_assets.errors import UserError
    from dedup_assets.evidence.bundle import Signing
    from dedup_assets.evidence.keys import private_key
    from dedup_assets.settings import settings

    own = settings()
    first, second = key or own.signing_key, witness or own.witness_key
    if first is None:
        raise UserError("name the private key with --key or DEDUP_SIGNING_KEY (`dedup keygen FILE` makes one)")
    return Signing(private_key(first), private_key(second) if second else None, _authority(tsa))


def _authority(tsa: str) -> Authority | None:
    from dedup_assets.evidence.timestamp import authority_at
    from dedup_assets.settings import settings

    address = tsa or settings().tsa
    return authority_at(address) if address else None


def _tier(name: str) -> BundleTier:
    from dedup_assets.errors import UserError

    if name == "auditor":
        return "auditor"
    if name == "committee":
        return "committee"
    raise UserError(f"--tier {name!r} is none; there are bundles for an auditor and for the committee")


def _use(home: Path | None) -> None:
    """Let the command line decide over the environment."""
    from dedup_assets.settings import settings

    if home is not None:
        os.environ["DEDUP_HOME"] = str(home.absolute())
        settings.cache_clear()
