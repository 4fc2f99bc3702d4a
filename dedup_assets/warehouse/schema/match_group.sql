-- Complete-link groups of contents. Room: matching.
create table if not exists match_group (
    group_id text not null,  -- first 16 hex digits of sha256 over the sorted member sha256s and the basis
    basis    text not null,  -- duplicate: all pairs have a duplicate verdict; candidate: all pairs are within the radius
    sha256   text not null,
    primary key (basis, sha256)
);
