-- One policy. A version stands for its numbers, so of one that is known only the date can change.
insert into policy values ($policy_version, $in_force_from, $document)
on conflict (policy_version) do update set in_force_from = excluded.in_force_from
