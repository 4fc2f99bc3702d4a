-- Pairs that no content nominates any more, since nearer ones came.
delete from match
using dropped_pair, searchable as one, searchable as other
where one.id = dropped_pair.a
    and other.id = dropped_pair.b
    and match.sha256_a = least(one.sha256, other.sha256)
    and match.sha256_b = greatest(one.sha256, other.sha256)
