-- A content whose hash has been compared with all the others of this table. Room: matching.
create table if not exists searched_content (
    sha256            text primary key,
    algorithm_version text not null,
    search            text not null,   -- radius, caps and judge in force; when they change, all is searched anew
    degree            bigint not null  -- how many of the others lie within the radius: all of them, stored or not
);
