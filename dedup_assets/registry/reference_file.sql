-- One file that was read.
insert into reference_file
values ($name, $layout, $sha256, $byte_size, $rows_in, $rows_accepted, $rows_rejected);
