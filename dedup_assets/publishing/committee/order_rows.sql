-- Whether the order of the departments holds when the weights are a little different.
select weightings, flipped, is_robust, weakest_better, weakest_worse, weakest_flipped
from score_order
where as_of = $as_of and policy_version = $policy_version
