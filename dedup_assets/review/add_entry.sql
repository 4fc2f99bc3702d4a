insert into entry (entry_no, act, kind, subject, verdict, evidence_class, reason, who, at, previous, sha256)
values (:entry_no, :act, :kind, :subject, :verdict, :evidence_class, :reason, :who, :at, :previous, :sha256)
