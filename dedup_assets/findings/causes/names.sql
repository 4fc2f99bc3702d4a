-- Names that a camera, a scanner or a messenger gave. Without extension, a copy's "(1)" and "- copy"; in lower case.
create or replace temp macro stem_of(name) as trim(regexp_replace(
    regexp_replace(lower(trim(name)), '\.[a-z0-9]{2,5}$', ''),
    '(\s*\(\d+\)|\s*-\s*copy(\s*\(\d+\))?|\s+copy)+$', ''
));

create or replace temp macro is_camera_name(name) as regexp_full_match(
    stem_of(name),
    '(img|dsc|dscn|dscf|dcim|mvi|gopr|sam|cimg|kimg|p)[_-]?\d{4,8}'
    || '|_(dsc|mg|igp)\d{4}|p[1-9abc]\d{6}|\d{3}[_-]\d{4}'
    || '|(pxl|img|vid)[_-]20\d{6}[_-]\d{6,9}([._-].*)?|img-20\d{6}-wa\d{4}|20\d{6}_\d{6}'
    || '|(scan|scanned|image|photo|picture|pic|untitled|document|doc)[ _-]?\d{0,4}|skm_c.*|screenshot.*'
);
