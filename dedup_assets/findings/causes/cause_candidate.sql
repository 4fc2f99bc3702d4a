-- What the causes of a pass found so far.
create or replace temp table cause_candidate (
    finding_id    text,
    department    text,
    as_of         date,
    cause         text,
    occurrence_id       text,
    support       bigint,
    considered    bigint,
    detail        text,
    suggested_apn text
);
