-- The scores of a restricted department, brought from the city's pool (own_*, registered by tier_views.py) to its own.
create table tier_views.score_history as from own_score_history;
create table tier_views.score_bridge as from own_score_bridge;
create table tier_views.score_explanation as from own_score_explanation;
create view tier_views.score_order as from warehouse.score_order where false;
