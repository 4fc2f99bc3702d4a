delete from score_order where policy_version = $policy_version
