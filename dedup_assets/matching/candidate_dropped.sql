-- Pairs of the channel hash that no page nominates any more, since nearer ones came.
delete from candidate_page
using dropped, searchable as one, searchable as other
where one.id = dropped.a
    and other.id = dropped.b
    and candidate_page.channel = 'hash'
    and candidate_page.sha256_a = one.sha256
    and candidate_page.page_a = one.page
    and candidate_page.sha256_b = other.sha256
    and candidate_page.page_b = other.page
