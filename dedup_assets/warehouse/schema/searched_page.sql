-- A page that has been compared with all the others of this table. Room: matching.
create table if not exists searched_page (
    sha256            text not null,
    page              integer not null,
    algorithm_version text not null,
    search            text not null,    -- radii, caps and judge in force; when they change, all is searched anew
    degree            bigint not null,  -- how many of the others the channel hash finds near: all of them, stored or not
    primary key (sha256, page)
);
