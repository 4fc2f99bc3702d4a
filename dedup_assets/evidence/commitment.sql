-- Another block of commitments.
insert into commitment select leaf from commitment_block
