-- The file names that may hold an identifier: nine digits at least, or the sheet of a PIN.
select distinct name
from attribution_name
where
    regexp_matches(name, '[0-9]{4}[-_ ]?[0-9]{3}[-_ ]?[0-9]{3}|[0-9]{5}[-_ ]?[0-9]{5}')
    or regexp_matches(name, '[0-9]{3}(-[0-9])?[AaBb][0-9]{3}')
