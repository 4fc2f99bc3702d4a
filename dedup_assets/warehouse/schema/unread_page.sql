-- One page of a readable content that has no row in page, and why. Room: images.
-- Of a TIFF, a PDF or a HEIF, pages held + pages unread = content.frames, asserted on every run.
create table if not exists unread_page (
    sha256            text not null,
    algorithm_version text not null,      -- see images/algorithm.py
    page              integer not null,   -- from 1: a content whose first page cannot be decoded is unreadable
    reason            text not null,      -- short fixed list, images/reasons.py; page_cap: beyond those compared
    primary key (sha256, algorithm_version, page)
);
