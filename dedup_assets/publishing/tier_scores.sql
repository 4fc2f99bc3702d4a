-- Scores, from the pool that has them: the city's, also for a restricted department, whose own pool has none.
create view tier_views.score_history as
select score.* replace (
    case when shown.hides_texts and score.reason is not null then 'withheld' else score.reason end as reason
)
from warehouse.score_history as score
inner join tier_views.tier_department as shown on shown.department = score.department;

create view tier_views.score_bridge as
select bridge.*
from warehouse.score_bridge as bridge
inner join tier_views.tier_department as shown on shown.department = bridge.department;

create view tier_views.score_explanation as
select explanation.*
from warehouse.score_explanation as explanation
inner join tier_views.tier_department as shown on shown.department = explanation.department;

-- The order of the departments among each other: for who is shown all of them.
create view tier_views.score_order as
select score_order.*
from warehouse.score_order as score_order
where (select has_search from tier_views.tier_setting);
