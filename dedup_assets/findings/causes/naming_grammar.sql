-- The grammar of each delivery: the commonest shape of its file names that spells an identifier. None: no row.
insert into naming_grammar by name
with shape as (
    select department, as_of, delivery_id, shape, count(*) as records
    from naming_shape
    group by department, as_of, delivery_id, shape
),
grammar as (
    select * from shape
    where regexp_matches(shape, '[APTR]')
    qualify row_number() over (partition by delivery_id order by records desc, shape) = 1
),
named as (
    select
        naming_shape.delivery_id,
        count(*) as records,
        count(*) filter (where naming_shape.is_camera) as camera_named,
        count(distinct naming_shape.shape) as shapes
    from naming_shape
    inner join grammar using (delivery_id)
    group by naming_shape.delivery_id
),
outside as (
    select delivery_id, min(file_name, 5) as examples
    from (
        select distinct naming_shape.delivery_id, naming_shape.file_name
        from naming_shape
        inner join grammar using (delivery_id)
        where naming_shape.shape <> grammar.shape
    )
    group by delivery_id
)
select
    grammar.department,
    grammar.as_of,
    grammar.shape as grammar,
    named.records,
    grammar.records as fitting,
    named.camera_named,
    named.shapes,
    coalesce(outside.examples, []) as examples_outside
from grammar
inner join named using (delivery_id)
left join outside using (delivery_id);
