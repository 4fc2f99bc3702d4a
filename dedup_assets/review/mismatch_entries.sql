select report_no, contents, filed_apn, to_apn, reason, reporter, at, previous, sha256 from mismatch order by report_no
