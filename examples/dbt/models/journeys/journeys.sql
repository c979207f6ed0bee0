-- One row for each journey, by contact-journey/1.
with tallies as (
    select
        _org,
        _series,
        root_id,
        count(*) as legs,
        max(after_ms + duration_ms) as duration_ms,
        coalesce(sum(queue_ms) filter (where decides), 0) as wait_ms,
        coalesce(sum(agent_ms) filter (where decides and (is_answered or is_reached_callback)), 0) as talk_ms,
        count(*) filter (where decides and is_answered) as steps,
        coalesce(bool_or(decides and is_queued), false) as is_queued,
        coalesce(bool_or(decides and is_marked), false) as is_marked,
        max(end_place) filter (where decides) as last_place,
        min(place) filter (where decides and is_queued) as queued_place,
        min(place) filter (where decides and is_answered) as answered_place,
        max(end_place) filter (where decides and is_answered) as taken_place,
        case
            when bool_or(decides and is_reached_callback) then 'reached'
            when bool_or(decides and kind = 'callback' and (agent_ms > 0 or is_abandoned)) then 'not-reached'
            when bool_or(decides and kind = 'callback') then 'pending'
            else 'none'
        end as callback
    from {{ ref('journey_legs') }}
    group by _org, _series, root_id
),

-- Legs to which the customer was moved on: they began after the first answered one, and an agent took them.
transfers as (
    select tallies._org, tallies._series, tallies.root_id, count(*) as transfers
    from tallies
    inner join {{ ref('journey_legs') }} as leg
        on leg._org = tallies._org and leg._series = tallies._series and leg.root_id = tallies.root_id
    where leg.place > tallies.answered_place and leg.decides and leg.kind = 'contact' and not leg.is_refused
    group by tallies._org, tallies._series, tallies.root_id
),

facts as (
    select
        tallies.*,
        root.root_at as start_at,
        root.until_at,
        root.is_outbound,
        {{ is_open('root.root_at') }} as is_within_hours,
        root.is_self_service,
        tallies.steps > 0 as is_answered,
        last.kind as last_kind,
        coalesce(last.is_abandoned, false) as is_left,
        coalesce(last.is_short, false) as is_short,
        coalesce(transfers.transfers, 0) as transfers,
        root.channel,
        root.channel_label,
        root.entry_point,
        root.entry_point_label,
        queued.queue,
        queued.queue_label,
        queued.campaign,
        queued.campaign_label,
        taken.team,
        taken.team_label
    from tallies
    inner join {{ ref('journey_legs') }} as root
        on root._org = tallies._org and root._series = tallies._series and root.contact_id = tallies.root_id
    {%- for name, column, place in [
        ('last', 'end_place', 'last_place'), ('queued', 'place', 'queued_place'), ('taken', 'end_place', 'taken_place')
    ] %}
    left join {{ ref('journey_legs') }} as {{ name }}
        on
            {{ name }}._org = tallies._org and {{ name }}._series = tallies._series
            and {{ name }}.root_id = tallies.root_id and {{ name }}.{{ column }} = tallies.{{ place }}
    {%- endfor %}
    left join transfers
        on
            transfers._org = tallies._org and transfers._series = tallies._series
            and transfers.root_id = tallies.root_id
),

-- The first that holds counts.
outcomes as (
    select
        *,
        case
            when is_outbound then 'outbound'
            when not is_within_hours then 'outside-hours'
            when is_marked and not is_answered and not is_queued and callback = 'none' then 'contained'
            when last_kind = 'voicemail' then 'voicemail'
            when last_kind = 'contact' and is_left and (is_answered or callback = 'reached') then 'dropped-after-transfer'
            when last_kind = 'contact' and is_left and is_short then 'short-abandon'
            when last_kind = 'contact' and is_left and is_queued then 'dropped-in-queue'
            when last_kind = 'contact' and is_left then 'dropped-before-queue'
            when is_answered and last_kind = 'contact' then 'handled'
            when callback = 'none' then 'unresolved'
            else 'callback-' || callback
        end as outcome
    from facts
),

-- Windows that follow one another without a gap: where each such stretch ends.
steps as (
    select
        *,
        case when _window_from <= max(_window_to) over (
            partition by _org, _series order by _window_from, _window_to
            rows between unbounded preceding and 1 preceding
        ) then 0 else 1 end as is_first
    from {{ ref('current_leg_windows') }}
),

stretches as (
    select
        *,
        sum(is_first) over (
            partition by _org, _series order by _window_from, _window_to rows unbounded preceding
        ) as stretch
    from steps
),

-- Open until all that its horizon reaches has been read, 15 minutes after it.
open_journeys as (
    select outcomes._org, outcomes._series, outcomes.root_id
    from outcomes
    inner join stretches as windows
        on
            windows._org = outcomes._org and windows._series = outcomes._series
            and windows._window_from < outcomes.until_at and windows._window_to > outcomes.start_at
    group by outcomes._org, outcomes._series, outcomes.root_id, outcomes.until_at
    having
        count(distinct windows.stretch) > 1 or max(windows._window_to) < outcomes.until_at
        or min(windows._read_at) - interval '15 minutes' < outcomes.until_at
)

select
    outcomes._org,
    outcomes._series,
    outcomes.root_id,
    outcomes.start_at,
    outcomes.start_at + outcomes.duration_ms * interval '1 millisecond' as end_at,
    outcomes.outcome,
    case
        when outcomes.outcome in ('outbound', 'outside-hours') then 'excluded'
        when outcomes.outcome = 'short-abandon'
            then '{{ 'excluded' if setting('shortAbandons') == 'exclude' else 'dropped' }}'
        when outcomes.outcome in ('contained', 'handled', 'callback-reached') then 'completed'
        when outcomes.outcome like 'dropped-%' then 'dropped'
        when outcomes.outcome = 'callback-not-reached' then '{{ setting('callback', 'notReached') }}'
        when outcomes.outcome = 'voicemail' then '{{ setting('voicemail', 'counts') }}'
        else 'unresolved'
    end as outcome_class,
    open_journeys.root_id is null as is_final,
    outcomes.is_queued,
    outcomes.is_answered,
    outcomes.is_queued and not outcomes.is_answered and outcomes.is_left as is_abandoned,
    outcomes.is_self_service and (outcomes.is_answered or outcomes.callback = 'reached') as is_escalated,
    outcomes.legs,
    outcomes.steps,
    outcomes.transfers,
    outcomes.duration_ms,
    outcomes.wait_ms,
    outcomes.talk_ms,
    outcomes.channel,
    outcomes.channel_label,
    outcomes.queue,
    outcomes.queue_label,
    outcomes.entry_point,
    outcomes.entry_point_label,
    outcomes.campaign,
    outcomes.campaign_label,
    outcomes.team,
    outcomes.team_label
from outcomes
left join open_journeys
    on
        open_journeys._org = outcomes._org and open_journeys._series = outcomes._series
        and open_journeys.root_id = outcomes.root_id
