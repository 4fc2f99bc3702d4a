-- Pairs as the judge left them.
insert into match
select sha256_a, sha256_b, distance, verdict, evidence from judged
