-- Each window has as many rows as its delivery says.
{{ config(enabled=var('lake', '') != '') }}
select windows._delivery_id
from {{ ref('current_windows') }} as windows
left join {{ ref('current_metrics') }} as metrics
    on windows._delivery_id = metrics._delivery_id
group by windows._delivery_id, windows._rows
having count(metrics._delivery_id) <> windows._rows
