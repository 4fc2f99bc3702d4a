-- One manifest row that its contract accepted, in our column names; every value as the text that was sent.
-- Room: deliveries. A column that a department's contract does not map is null.
create table if not exists image_record (
    delivery_id       text not null,
    department        text not null,
    as_of             date not null,
    row_no            bigint not null,  -- 1 for the first data row of the manifest
    image_id          text not null,
    storage_uri       text,             -- relative to the department's root; null for metadata-only departments
    file_name         text,
    media_type        text,
    byte_size         text,
    declared_sha256   text,             -- as declared by the department, lower case
    captured_at       text,
    uploaded_at       text,
    uploaded_by       text,
    upload_channel    text,
    source_system     text,
    source_record_id  text,
    batch_id          text,
    batch_row_no      text,
    permit_number_raw text,
    apn_raw           text,
    pin_raw           text,
    address           text,
    photo_role        text,
    replaces_image_id text,
    record_status     text,
    subject_ref       text,             -- booking number, DR number: restricted
    device_serial     text,             -- body-worn video: restricted
    duration_seconds  text,
    venue             text,
    federal_funding   text,
    dwelling_units    text,
    queue_date        text,
    missing_values    integer not null, -- mandatory cells (contract: criticalDataElement) that are blank
    mandatory_values  integer not null, -- mandatory cells in all
    typed_values      integer not null, -- non-blank cells that the contract gives a format
    invalid_values    integer not null, -- those that break a format that does not reject the row
    primary key (delivery_id, row_no)
);
