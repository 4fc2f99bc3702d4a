-- What a bundle may use while it reads a pool: sorting a large table spills into the pool's own folder. No bar on the
-- standard output, which is for the answer.
set memory_limit = '512MiB';
set enable_progress_bar = false
