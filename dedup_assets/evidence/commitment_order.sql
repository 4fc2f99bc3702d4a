-- In the order of the digests, which tells nothing.
select leaf from commitment order by leaf
