-- Words that several facts share, each said once.

-- Blank is null: a cell of blanks holds no value.
create or replace temp macro given(value) as nullif(trim(value), '');

-- A booking as it is told from others: blanks and case are no difference.
create or replace temp macro subject_of(value) as upper(regexp_replace(given(value), '\s+', '', 'g'));

-- A moment as sent. With an offset it is that instant; without one it is the city's wall clock, whatever the session's
-- time zone is. Spreadsheets' and EXIF's ways of writing dates are read too; anything else is null.
create or replace temp macro moment(value) as case
    when regexp_matches(value, ':\d{2}(\.\d+)?\s*(Z|[+-]\d{2}(:?\d{2})?)\s*$') then try_cast(value as timestamptz)
    else timezone(
        'America/Los_Angeles',
        coalesce(
            try_cast(value as timestamp),
            try_strptime(
                trim(value), ['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y', '%Y:%m:%d %H:%M:%S']
            )
        )
    )
end;

-- Where one identifier stands: what the contract maps, what the record gives, what the registry room made of it.
-- Null: the registry room has not seen this value.
create or replace temp macro standing(maps, value, status, in_registry) as case
    when not maps then 'not_applicable'
    when given(value) is null then 'missing'
    when status is null then null
    when status not in ('ok', 'repaired') then status
    when in_registry is null then 'not_checked'
    when in_registry then 'known'
    else 'unknown'
end;

-- The original and its supplements: YYTTT-OSSSS-NNNNN belongs to YYTTT-NNNNN. The office may differ within a family.
create or replace temp macro family_of(permit) as substr(permit, 1, 5) || '-' || substr(permit, 13, 5);

-- Two holdings of one photograph that are a legitimate reuse. Related parcels (a condominium's units, the lots of one
-- project) may share a photograph; so may the permits of one family, unless the parcels are known to be strangers.
-- One parcel and one permit are one case: a second copy of it is a copy.
create or replace temp macro is_reuse(apn, permit, family, other_apn, other_permit, other_family, is_related) as
    coalesce(is_related, false)
    or (
        coalesce(family = other_family and permit <> other_permit, false)
        and (apn is null or other_apn is null or apn = other_apn)
    );

-- What identifies a recording beside its device: its start as a moment and its length as a number, however written.
create or replace temp macro start_of(captured_at) as coalesce(epoch_us(moment(captured_at))::text, given(captured_at));
create or replace temp macro length_of(seconds) as coalesce(try_cast(seconds as double)::text, given(seconds));
