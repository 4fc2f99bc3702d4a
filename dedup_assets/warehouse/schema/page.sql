-- One page of a readable content: what the near-duplicate search takes. Room: images.
-- Pages of a TIFF, a PDF and a HEIF with several pictures, up to the page cap; of an animation its first frame only.
-- content holds the fingerprint of page 0 as well, which is what `dedup fingerprint` prints.
create table if not exists page (
    sha256            text not null,
    algorithm_version text not null,      -- see images/algorithm.py
    page              integer not null,   -- 0 is what a viewer shows first
    width             integer not null,   -- pixels, orientation applied
    height            integer not null,
    phash256_0        ubigint not null,   -- as in content
    phash256_1        ubigint not null,
    phash256_2        ubigint not null,
    phash256_3        ubigint not null,
    quality           integer not null,   -- 0 to 100, PDQ's gradient sum
    low_information   boolean not null,   -- set aside from the near-duplicate search
    photograph        boolean not null,   -- a scene, and not a form, plan or map: searched more widely, and turned
    features          blob,               -- strongest local features, images/features.py; null when there are none
    primary key (sha256, algorithm_version, page)
);
