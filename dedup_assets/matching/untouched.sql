-- What was said of pairs that are to be judged anew, or that are no candidates any more.
delete from match
using touched
where match.sha256_a = touched.sha256_a and match.sha256_b = touched.sha256_b
