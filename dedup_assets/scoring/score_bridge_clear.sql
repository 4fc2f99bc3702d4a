delete from score_bridge where department = $department
