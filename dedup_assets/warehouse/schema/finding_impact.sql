-- What each open finding holds up at its department's newest date. Room: findings (impact/). Never leaves an enclave.
create table if not exists finding_impact (
    finding_id          text not null,
    department          text not null,
    as_of               date not null,    -- the department's newest date
    rule_id             text not null,
    severity            text not null,
    cause               text not null,    -- the likely one, or undetermined
    image_id            text,             -- null: the finding is about a delivery
    opened_on           date not null,    -- the date of the delivery that brought the defect in, or back in
    defect_days         bigint not null,  -- from opened_on to as_of
    permit_number       text,             -- canonical; null when the record names none on record
    permit_status       text,             -- as the permit of record has it
    permit_finished     boolean,          -- final, expired, withdrawn or the like; null without a permit
    queued_on           date,             -- when the application entered the queue, as the record says
    queue_days          bigint,           -- of the defect_days, those that the application was in the queue; null without queued_on
    unit_key            text,             -- what the dwelling units belong to: a permit family, else an application; null without units
    dwelling_units      integer,
    council_district    text,             -- of the permit, else of the parcel
    community_plan_area text,             -- of the parcel
    venue               text,
    federal_funding     text,             -- as the record says
    is_federal          boolean not null, -- federal money pays for the work
    disposal            text not null,    -- may, may_not, ask_city_clerk; not_a_duplicate. The product itself never deletes
    disposal_basis      text not null,    -- the rule that decides, in words; empty when not_a_duplicate
    primary key (finding_id)
);
