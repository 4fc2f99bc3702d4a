-- Whether the facts of a delivery are computed.
select delivery_id from fact_input where delivery_id = $delivery_id
