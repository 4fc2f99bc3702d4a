select entry_no, act, content, at, previous, sha256 from audit order by entry_no
