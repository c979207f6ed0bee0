-- Each window has as many legs as its delivery says.
{{ config(enabled=var('legs', '') != '') }}
select windows._delivery_id
from {{ ref('current_leg_windows') }} as windows
left join {{ source('contacts', 'legs') }} as legs
    on windows._delivery_id = legs._delivery_id and windows._revision = legs._revision
group by windows._delivery_id, windows._rows
having count(legs._delivery_id) <> windows._rows
