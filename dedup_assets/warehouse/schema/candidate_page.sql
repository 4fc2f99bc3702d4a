-- Two pages of distinct contents that may show the same, and which channel says so. Room: matching.
-- sha256_a < sha256_b. What becomes of the contents stands in match.
create table if not exists candidate_page (
    sha256_a text not null,
    page_a   integer not null,
    sha256_b text not null,
    page_b   integer not null,
    channel  text not null,     -- hash: 256-bit hashes within the radius; turned: so is a turned or mirrored form; local: common local features
    form     integer not null,  -- turned: the form of page b that is near page a, 1 to 7 (matching/turned.py); else 0
    distance integer not null,  -- bits in which the hashes differ, of page b under its form
    votes    integer not null,  -- local: features that agree; else 0
    primary key (sha256_a, page_a, sha256_b, page_b, channel)
);
