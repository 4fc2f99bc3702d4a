-- Damage that was found before, with other records or another registry.
delete from batch_damage;
