-- Journeys by bucket and dimensions. A rate is the quotient of its sums; put rows together by dividing sums. A bucket
-- without journeys is known to be zero: it has a row with counts of 0.
{%- set columns = {
    'channel': 'channel', 'queue': 'queue', 'campaign': 'campaign', 'team': 'team', 'entryPoint': 'entry_point'
} %}
{%- set dimensions = [] %}
{%- for name in var('dimensions') %}{% do dimensions.append((name, columns[name])) %}{% endfor %}
with recursive buckets as (
    select
        _org,
        _series,
        {{ bucket("timezone('" ~ var('time_zone') ~ "', min(_window_from))") }} as bucket,
        timezone('{{ var('time_zone') }}', max(_window_to)) as until
    from {{ ref('current_leg_windows') }}
    group by _org, _series
    union all
    select _org, _series, bucket + interval '1 {{ var('time_group_by') }}', until
    from buckets
    where bucket + interval '1 {{ var('time_group_by') }}' < until
),

inbound as (
    select
        *,
        {{ bucket("timezone('" ~ var('time_zone') ~ "', start_at)") }} as bucket,
        outcome_class <> 'excluded' as is_started,
        row_number() over (
            partition by _org, _series, {{ bucket("timezone('" ~ var('time_zone') ~ "', start_at)") }}
            {%- for name, column in dimensions %}, {{ column }}{% endfor %}
            order by start_at desc, length(root_id) desc, root_id desc
        ) as age
    from {{ ref('journeys') }}
    where outcome <> 'outbound'
),

sums as (
    select
        _org,
        _series,
        bucket,
        {%- for name, column in dimensions %}
        {{ column }},
        max({{ column }}_label) filter (where age = 1) as {{ column }}_label,
        {%- endfor %}
        count(*) filter (where is_queued) as queued,
        count(*) filter (where is_queued and is_answered) as answered,
        count(*) filter (where is_abandoned) as abandoned,
        count(*) filter (where is_started) as started,
        count(*) filter (where outcome_class = 'completed') as completed,
        count(*) filter (where outcome_class = 'dropped') as dropped,
        count(*) filter (where outcome_class = 'unresolved') as unresolved,
        count(*) filter (where not is_final) as open,
        count(*) filter (where is_started and is_escalated) as escalated,
        count(*) filter (where is_started and transfers > 0) as transferred,
        coalesce(sum(duration_ms) filter (where is_started), 0) as duration_ms,
        percentile_cont(0.5) within group (order by duration_ms) filter (where is_started) as median_ms,
        coalesce(sum(wait_ms) filter (where is_queued), 0) as wait_ms,
        coalesce(sum(steps) filter (where is_started), 0) as steps
    from inbound
    group by _org, _series, bucket
        {%- for name, column in dimensions %}, {{ column }}{% endfor %}
)

select
    buckets._org,
    buckets._series,
    cast(buckets.bucket as date) as date,
    {%- for name, column in dimensions %}
    sums.{{ column }} as "{{ name }}",
    sums.{{ column }}_label as "{{ name }}Label",
    {%- endfor %}
    {%- for name, value in [
        ('journeyQueued', 'queued'), ('journeyAnswered', 'answered'), ('journeyAbandoned', 'abandoned'),
        ('journeyStarted', 'started'), ('journeyCompleted', 'completed'), ('journeyDroppedOff', 'dropped'),
        ('journeyUnresolved', 'unresolved'), ('journeyOpen', 'open'), ('journeyEscalated', 'escalated'),
        ('journeyTransferred', 'transferred'), ('totalSteps', 'steps')
    ] %}
    cast(coalesce(sums.{{ value }}, 0) as bigint) as "{{ name }}",
    {%- endfor %}
    {%- for name, value, by in [
        ('journeyAnswerRate', 'answered', 'queued'), ('journeyAbandonRate', 'abandoned', 'queued'),
        ('journeyCompletionRate', 'completed', 'started'), ('journeyDropOffRate', 'dropped', 'started'),
        ('journeyEscalationRate', 'escalated', 'started'), ('journeyTransferRate', 'transferred', 'started'),
        ('averageStepsPerJourney', 'steps', 'started')
    ] %}
    cast(sums.{{ value }} as double precision) / nullif(sums.{{ by }}, 0) as "{{ name }}",
    {%- endfor %}
    cast(coalesce(sums.duration_ms, 0) as double precision) / 1000 as "totalJourneyDuration",
    cast(sums.duration_ms as double precision) / 1000 / nullif(sums.started, 0) as "averageJourneyDuration",
    cast(sums.median_ms as double precision) / 1000 as "medianJourneyDuration",
    cast(coalesce(sums.wait_ms, 0) as double precision) / 1000 as "totalWaitTime",
    cast(sums.wait_ms as double precision) / 1000 / nullif(sums.queued, 0) as "averageWaitTime"
from buckets
left join sums
    on sums._org = buckets._org and sums._series = buckets._series and sums.bucket = buckets.bucket
