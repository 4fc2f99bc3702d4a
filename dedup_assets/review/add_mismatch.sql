insert into mismatch (report_no, contents, filed_apn, to_apn, reason, reporter, at, previous, sha256)
values (:report_no, :contents, :filed_apn, :to_apn, :reason, :reporter, :at, :previous, :sha256)
