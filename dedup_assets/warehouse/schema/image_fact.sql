-- One narrow row per image record of a delivery in force: the input of the rules. Room: findings.
-- "Elsewhere" is, of every other department of the pool, the newest delivery in force of the same or an earlier date.
-- "The same photograph" is the same content, or one whose match has a duplicate verdict (exact_pixels, same_image).
create table if not exists image_fact (
    delivery_id              text not null,
    department               text not null,
    as_of                    date not null,
    row_no                   bigint not null,
    image_id                 text not null,
    sha256                   text,              -- content; null when missing or metadata only
    apn                      text,              -- canonical; null when it could not be resolved
    permit_number            text,              -- canonical; null when it could not be resolved
    file_status              text not null,     -- ok, unreadable, missing, outside_root, not_applicable
    checksum_status          text not null,     -- agrees, differs, not_declared, not_computed
    copies_in_department     integer not null,  -- records of the department with this content, itself included; 1 when no content
    copies_elsewhere         integer not null,  -- records of other departments of the pool with this content
    redundant_in_department  integer not null,  -- 1: a copy of a photograph beyond the authoritative one of its booking, legitimate reuse excluded
    redundant_elsewhere      integer not null,  -- 1: another department holds this photograph too, legitimate reuse excluded
    legitimate_reuse         boolean not null,  -- held more than once, for one booking at most, and no holding is redundant: permit family, condominium or shared geometry, one project on several lots, before and after
    unrelated_parcels        integer not null,  -- other parcels, unrelated to this one, that hold the same photograph; 0 when apn is null
    other_subjects           integer,           -- other bookings of the department under which this photograph is held; null when the record names none, or holds no content
    near_candidates          integer not null,  -- contents held in the pool with verdict undecided or same_image_local_change
    parcel_status            text not null,     -- known, unknown, stale (retired by as_of), other_jurisdiction, unresolved, ambiguous, malformed, missing, not_applicable, not_checked
    permit_status            text not null,     -- known, unknown, unresolved, ambiguous, malformed, missing, not_applicable, not_checked: the permit number and the permits of record
    identifiers              integer not null,  -- of apn, pin and permit, those that the record gives
    malformed_identifiers    integer not null,  -- of those, the malformed or ambiguous
    permit_agreement         text not null,     -- agrees, disagrees, unknown_permit, inconclusive, not_applicable
    pin_agreement            text not null,     -- agrees, disagrees, unknown_pin, inconclusive, not_applicable
    gps_agreement            text not null,     -- agrees (30 m at most), disagrees (more than 120 m), inconclusive, no_gps, not_applicable: where the picture was taken and the parcel
    missing_values           integer not null,
    mandatory_values         integer not null,
    invalid_values           integer not null,
    typed_values             integer not null,
    untraceable              integer not null,  -- 1: no declared checksum, no source system or no batch id
    duplicate_metadata       integer not null,  -- metadata only: other records with the same device, start and duration, or the same declared checksum
    mismatch_reports         integer not null,  -- reports that this photograph is filed wrongly on this parcel; 0 when either is null
    name_agreement           text not null,     -- agrees, disagrees, inconclusive (on record nowhere, or it may be a day), no_name (no identifier in it), not_applicable: the parcel, permit or PIN in the file's name and the parcel
    primary key (delivery_id, row_no)
);
