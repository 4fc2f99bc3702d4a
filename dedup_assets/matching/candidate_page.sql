-- The pairs in found (numbers of searchable, a before b, so sha256_a < sha256_b). A pair that a channel found before
-- stays as it was found.
insert or ignore into candidate_page
select one.sha256, one.page, other.sha256, other.page, found.channel, found.form, found.distance, found.votes
from found
join searchable as one on one.id = found.a
join searchable as other on other.id = found.b
