-- What became of each report that a picture is filed on the wrong parcel, and who found the matter first: the finding
-- that the report makes is one, those of other rules about the record's parcel ($facts) are what the product found by
-- itself. One row a report; a report about records that no delivery lists any more has none.
with record as (
    select distinct report.report_no, fact.department, fact.image_id
    from mismatch_report as report
    inner join image_fact as fact on fact.sha256 = report.sha256 and fact.apn = report.filed_apn
),
standing as (
    select
        record.report_no,
        rule.fact = 'mismatch_reports' as is_reported,
        status.status,
        status.first_found_on
    from record
    inner join finding on finding.department = record.department and finding.subject = record.image_id
    inner join finding_status as status on status.finding_id = finding.finding_id
    inner join (select unnest($rule_ids::text[]) as rule_id, unnest($facts::text[]) as fact) as rule
        on rule.rule_id = status.rule_id
    group by all
)
select
    report.report_no,
    min(report.reported_at)::date as reported_on,
    any_value(report.reporter) as reporter,
    any_value(report.filed_apn) as filed_apn,
    any_value(report.to_apn) as to_apn,
    any_value(report.reason) as reason,
    (
        select list({department: record.department, image_id: record.image_id} order by department, image_id)
        from record
        where record.report_no = report.report_no
    ) as records,
    min(standing.first_found_on) filter (where not standing.is_reported) as found_on,
    case
        when min(standing.first_found_on) filter (where not standing.is_reported) is null then 'report_alone'
        when min(standing.first_found_on) filter (where not standing.is_reported) <= min(report.reported_at)::date
            then 'product'
        else 'report'
    end as first_found_by,
    case
        when count(*) filter (where standing.is_reported) = 0 then 'waiting'
        when bool_or(standing.status = 'open') filter (where standing.is_reported) then 'open'
        when bool_or(standing.status = 'withdrawn') filter (where standing.is_reported) then 'withdrawn'
        else 'corrected'
    end as state
from mismatch_report as report
left join standing on standing.report_no = report.report_no
group by report.report_no
order by report.report_no;
