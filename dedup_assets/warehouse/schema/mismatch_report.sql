-- Somebody says that a picture is filed on the wrong parcel: one row a report and content. Room: review.
-- Loaded from the store of the city's pool before every run; restricted departments take no reports. The reason is a
-- stranger's text: it may name people, and stays with the department.
create table if not exists mismatch_report (
    report_no     bigint not null,
    report_sha256 text not null,      -- its link of the store's chain
    sha256        text not null,      -- a content that shows the picture
    filed_apn     text not null,      -- text(10): where it is filed, wrongly as the reporter says
    to_apn        text,               -- text(10): where it belongs, as the reporter says
    reason        text not null,
    reporter      text not null,      -- resident, applicant, staff
    reported_at   timestamp not null, -- in universal time
    primary key (report_no, sha256)
);
