-- What the departments of one call are: what they map, and whether they deliver pictures.
create or replace temp table fact_trait (
    department  text,
    has_images  boolean,
    maps_apn    boolean,
    maps_pin    boolean,
    maps_permit boolean,
    maps_device boolean,
    maps_subject boolean
);
