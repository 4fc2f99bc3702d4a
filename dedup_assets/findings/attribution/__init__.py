"""Whose parcel a picture is: what each source says, and one stated rule that combines it.

Put here the evidence about a parcel (``parcel_evidence``), its combination (``attribution``, by the decision table in
``rule.py``) and its explanation in plain words. Keep out rules that make findings (``expectations/``), causes and
impact. Runs inside ``build_facts``, on its temporary tables, so that facts and evidence always follow from the same
rows.
"""
