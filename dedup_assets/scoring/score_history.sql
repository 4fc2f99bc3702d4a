insert into score_history
    (department, as_of, policy_version, score, coverage, lower, upper, grade, reason, images, open_findings)
values
    ($department, $as_of, $policy_version, $score, $coverage, $lower, $upper, $grade, $reason, $images, $open_findings)
