select report_no, sha256 from mismatch order by report_no desc limit 1
