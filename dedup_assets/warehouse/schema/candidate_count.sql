-- Candidate pairs of pages by channel: how many there are, and how many of them were kept. Room: matching.
create table if not exists candidate_count (
    channel  text not null,     -- hash, turned, local (candidate_page)
    distance integer not null,  -- hash: Hamming distance of the 256-bit hashes; the other channels have one row, -1
    total    bigint not null,   -- hash: pairs of pages, exact; turned: pairs and forms, exact; local: pairs of features, exact
    kept     bigint not null,   -- of these, those that were not cut (matching/keep.py): each page's nearest
    primary key (channel, distance),
    check (kept <= total)
);
