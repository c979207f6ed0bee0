-- Completed, dropped off and unresolved are all that started, and every inbound journey of a bucket is in one row.
{{ config(enabled=var('legs', '') != '') }}
select date
from {{ ref('journey_rows') }}
where "journeyCompleted" + "journeyDroppedOff" + "journeyUnresolved" <> "journeyStarted"
union all
select cast(null as date)
from (
    select count(*) as all_legs, count(distinct (_org, _series, contact_id)) as different_legs
    from {{ ref('journey_legs') }}
) as counts
where all_legs <> different_legs
