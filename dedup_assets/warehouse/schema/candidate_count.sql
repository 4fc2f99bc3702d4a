-- Candidate pairs by distance: how many there are, and how many of them match holds. Room: matching.
create table if not exists candidate_count (
    distance integer primary key,  -- Hamming distance of the 256-bit hashes
    total    bigint not null,      -- pairs of distinct contents; exact
    kept     bigint not null,      -- those stored in match: each content's nearest (matching/keep.py)
    check (kept <= total)
);
