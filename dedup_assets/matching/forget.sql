-- Everything that a search has left, so that the next one begins anew.
delete from candidate_page;
delete from match;
delete from match_group;
delete from searched_page;
delete from candidate_count;
