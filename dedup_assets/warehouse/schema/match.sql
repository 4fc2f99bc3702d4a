-- A pair of distinct contents of which some pages may show the same, and what is known about it. Room: matching.
-- Contents are of the algorithm version in force; sha256_a < sha256_b. Equal bytes are one content, so no row here.
create table if not exists match (
    sha256_a  text not null,
    sha256_b  text not null,
    distance  integer not null,  -- Hamming distance of the 256-bit hashes of the nearest candidate pages, 0 to 256; of a turned copy, under its form
    verdict   text not null,     -- exact_pixels, same_image, same_image_local_change, same_template_or_scene, low_information, undecided
    evidence  text not null,     -- canonical JSON: what the verdict rests on
    primary key (sha256_a, sha256_b)
);
