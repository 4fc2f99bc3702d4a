select entry_no, sha256 from entry order by entry_no desc limit 1
