insert into audit (entry_no, act, content, at, previous, sha256)
values (:entry_no, :act, :content, :at, :previous, :sha256)
