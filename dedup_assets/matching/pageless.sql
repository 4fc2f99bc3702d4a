-- Pages that say too little to be searched, and readable contents without a page (there should be none).
select
    (select count(*) from page where algorithm_version = $algorithm_version and low_information) as low_information,
    (
        select count(*)
        from content
        where algorithm_version = $algorithm_version and status = 'ok'
            and sha256 not in (select sha256 from page where algorithm_version = $algorithm_version)
    ) as pageless
