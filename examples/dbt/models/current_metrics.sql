-- Rows of the revisions that count.
select metrics.*
from {{ source('lake', 'metrics') }} as metrics
inner join {{ ref('current_windows') }} as windows
    on metrics._delivery_id = windows._delivery_id and metrics._revision = windows._revision
