-- Scores that no score can be. The bounds may differ from the score by the last bit of their sums.
select department, count(*) as broken
from score_history
where not (
    coverage between 0 and 1
    and lower >= -1e-9 and upper <= 100 + 1e-9 and lower <= upper + 1e-9
    and (score is null or score between lower - 1e-9 and upper + 1e-9)
)
group by department
order by department
