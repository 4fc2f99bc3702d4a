delete from score_history where department = $department and policy_version = $policy_version
