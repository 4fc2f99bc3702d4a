-- What will be open after the next deliveries if the past goes on, with a band. Room: findings.
-- Random walk with drift over the backlog after each delivery read; the band holds four outcomes of five.
-- Aggregates only, so it may leave an enclave. No rows before the fourth delivery.
create table if not exists ledger_forecast (
    department       text not null,
    as_of            date not null,    -- the newest date
    severity         text not null,    -- critical, warning, info, all
    deliveries_ahead integer not null,
    expected         double not null,  -- findings
    low              double not null,
    high             double not null,
    steps            integer not null, -- the changes from delivery to delivery that it rests on
    primary key (department, as_of, severity, deliveries_ahead),
    check (0 <= low and low <= expected and expected <= high)
);
