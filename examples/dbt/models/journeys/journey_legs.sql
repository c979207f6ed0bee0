-- Each leg under the root of its journey. A leg is in the journey of its master if it begins within the horizon of the root;
-- what hangs on a leg outside is outside, too. Legs that no root reaches are orphans, and not here.
with recursive tree as (
    select
        _org,
        _series,
        contact_id as root_id,
        start_at as root_at,
        start_at + horizon_ms * interval '1 millisecond' as until_at,
        contact_id
    from {{ ref('legs') }}
    where contact_id = master_contact_id
    union all
    select tree._org, tree._series, tree.root_id, tree.root_at, tree.until_at, leg.contact_id
    from tree
    inner join {{ ref('legs') }} as leg
        on
            leg._org = tree._org and leg._series = tree._series
            and leg.master_contact_id = tree.contact_id and leg.contact_id <> leg.master_contact_id
    where leg.start_at >= tree.root_at and leg.start_at < tree.until_at
)

select
    tree.root_id,
    tree.root_at,
    tree.until_at,
    cast(round(extract(epoch from leg.start_at - tree.root_at) * 1000) as bigint) as after_ms,
    leg.*,
    leg.is_answered or leg.queue_ms > 0 as is_queued,
    -- Ids of digits: the longer one is larger.
    row_number() over (
        partition by leg._org, leg._series, tree.root_id
        order by leg.start_at, length(leg.contact_id), leg.contact_id
    ) as place,
    row_number() over (
        partition by leg._org, leg._series, tree.root_id
        order by leg.start_at + leg.duration_ms * interval '1 millisecond', length(leg.contact_id), leg.contact_id
    ) as end_place
from tree
inner join {{ ref('legs') }} as leg
    on leg._org = tree._org and leg._series = tree._series and leg.contact_id = tree.contact_id
