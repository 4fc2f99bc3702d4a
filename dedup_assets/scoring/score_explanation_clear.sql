delete from score_explanation where department = $department and policy_version = $policy_version
