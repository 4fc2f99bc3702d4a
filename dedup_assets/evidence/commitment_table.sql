-- The commitments of one enclave on their way into order.
create table commitment (leaf blob not null)
