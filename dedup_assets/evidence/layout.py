"""Where what lies in a bundle: one folder, a BagIt bag (RFC 8493), named after its period and its tier.

Bundles of one city and tier stand side by side in one folder of bundles, and each names the one before it::

    <out>/2026-06-30-auditor/            the bundle; a correction of it is 2026-06-30-auditor-2, and so on
      bagit.txt, bag-info.txt            BagIt's own; the date is the period's
      manifest-sha256.txt, manifest-sha512.txt        digests of everything below data/
      tagmanifest-sha256.txt, tagmanifest-sha512.txt  digests of everything above; the first is what is signed
      VERIFY.txt                         the commands that check the bundle without this program
      data/
        ro-crate-metadata.json           RO-Crate 1.3, Process Run Crate 0.5: what was run on what
        bundle.json                      what this bundle is: period, tier, departments, tables with rows and columns
        chain.json                       roots: this bundle's, the one before it, the link that holds both
        inputs.json                      digests and sizes of every manifest and reference file read; not the files
        versions.json                    code, packages, lock, algorithms, as installed when the bundle was written
        runs.json                        the Dagster run that last made each table
        retention.json                   how long to keep it (2 CFR 200.334), and what holds it longer
        measurement.jsonld               the period's measures in W3C DQV terms
        departments/<name>.yaml          the department's document
        contracts/<name>.yaml            its data contract
        expectations/<suite>.json        suites and thresholds
        policy/<file>.yaml               the scoring policy, and those that it took the place of
        tables/<table>.jsonl             rows of the warehouse up to the period's date (tables.py says which)
        results/gx_result.jsonl          the period's rule results in the words of Great Expectations
        decisions/entry.jsonl            the decision store of the city, entry by entry, as its chain links them
        decisions/head.json              the last entry's number and digest; of an enclave, a commitment to them
        merkle/leaf.jsonl                the leaves of the period's tree, in order
      signatures/                        outside every manifest: signatures are added, the bag is never rewritten
        <key>.dsse.json                  in-toto statement in a DSSE envelope; <key>: 16 digits of the key's id
        <key>.pub                        the public key that made it, in PEM
        <key>.dsse.json.tsr              RFC 3161 timestamp response over the envelope's bytes
        <key>.stamp.json                 envelope around the response's digest: not every byte of one is signed in it

Every ``.json`` and ``.jsonl`` but the copied documents is canonical (``canonical.py``): keys sorted, no blanks,
UTF-8, one row a line. JSON and not Parquet, because two versions of a Parquet writer give two files for the same
rows; a bundle that is made again elsewhere must be equal byte for byte. Rows stand in the order of their columns in
the warehouse.

A row of ``tables/finding.jsonl`` is a finding as it was last seen, up to the period's date, closed ones too: one row
an id. Its line and a salt make one leaf of the tree: ``sha256(00 salt line)``, the salt as 64 hexadecimal digits.
``merkle/leaf.jsonl`` has one object a leaf: ``leaf`` and ``pool``; for the city's findings ``finding_id`` in the
order of ``finding.jsonl``; for auditors also ``salt``. The leaves of an enclave stand after the city's, in the order
of their digests, among decoys, so that neither who nor how many can be told; its salts stay in the enclave
(``<enclave>/openings/<bundle>.jsonl``, of another bundle of that name ``<bundle>.2.jsonl``), so that the department
can open a leaf later.

``inputs.json`` has ``manifests`` (of an unrestricted department the row of ``delivery``; of a restricted one its
counts and versions, for auditors, and a ``commitment`` to the rest), ``reference_files`` and ``registry_state`` (the
rows of these tables). ``bundle.json`` says of a table that a bundle is without (``absent``) why: some are computed
for the newest date alone. Its ``judged_by_other_rules`` names the departments whose results rest on other suites or
thresholds than those in ``expectations/``, which were changed since the last run. The committee's bundle has no
condition, no evidence, no name of a person and no count of a restricted department.

Whoever makes a bundle's rows again uses ``tables.lines_of`` with the ``Scope`` of the period: for every table of
``tables.TABLES`` and for ``tables.FINDING`` it gives the lines of the file, each without its line break.

Put here names and nothing else; what a file holds stands in the module that writes it.
"""

from __future__ import annotations

FORMAT = "dedup-bundle-1"

# Tag files: beside data/.
BAGIT, BAG_INFO, VERIFY = "bagit.txt", "bag-info.txt", "VERIFY.txt"
ALGORITHMS = ("sha256", "sha512")
MANIFESTS = tuple(f"manifest-{each}.txt" for each in ALGORITHMS)
TAG_MANIFESTS = tuple(f"tagmanifest-{each}.txt" for each in ALGORITHMS)
SIGNED = TAG_MANIFESTS[0]

# The payload, by path from the bundle's root.
DATA = "data"
CRATE = "data/ro-crate-metadata.json"
BUNDLE = "data/bundle.json"
CHAIN = "data/chain.json"
INPUTS = "data/inputs.json"
VERSIONS = "data/versions.json"
RUNS = "data/runs.json"
RETENTION = "data/retention.json"
MEASUREMENTS = "data/measurement.jsonld"
DEPARTMENTS = "data/departments"
CONTRACTS = "data/contracts"
EXPECTATIONS = "data/expectations"
POLICY = "data/policy"
TABLES = "data/tables"
GX_RESULTS = "data/results/gx_result.jsonl"
ENTRIES = "data/decisions/entry.jsonl"
HEADS = "data/decisions/head.json"
LEAVES = "data/merkle/leaf.jsonl"

# Beside the bag proper: what is added later.
SIGNATURES = "signatures"
ENVELOPE, PUBLIC_KEY, TIMESTAMP, STAMP = ".dsse.json", ".pub", ".dsse.json.tsr", ".stamp.json"

# In a pool's folder of the home: never in a bundle.
SALT_KEY = "salt.key"
OPENINGS = "openings"


def table(name: str) -> str:
    """The file of a table, by path from the bundle's root."""
    return f"{TABLES}/{name}.jsonl"
