-- Contacts as they stand now, in whole milliseconds, so that sums are exact. Of a contact that came twice the record that
-- ends later counts.
with delivered as (
    select
        contacts.*,
        windows._read_at,
        cast(floor("durationSeconds" * 1000 + 0.5) as bigint) as duration_ms
    from {{ source('contacts', 'legs') }} as contacts
    inner join {{ ref('current_leg_windows') }} as windows
        on contacts._delivery_id = windows._delivery_id and contacts._revision = windows._revision
),

ranked as (
    select
        *,
        row_number() over (
            partition by _org, _series, "contactId"
            order by start + duration_ms * interval '1 millisecond' desc, _read_at desc
        ) as _place
    from delivered
),

named as (
    select
        _org,
        _source,
        _series,
        "contactId" as contact_id,
        "masterContactId" as master_contact_id,
        start as start_at,
        duration_ms,
        cast(floor("preQueueSeconds" * 1000 + 0.5) as bigint) as pre_queue_ms,
        cast(floor("queueSeconds" * 1000 + 0.5) as bigint) as queue_ms,
        cast(floor("agentSeconds" * 1000 + 0.5) as bigint) as agent_ms,
        cast(floor("abandonSeconds" * 1000 + 0.5) as bigint) as abandon_ms,
        "callbackSeconds" > 0 as is_callback,
        outbound as is_outbound,
        abandoned as is_abandoned,
        "shortAbandon" as is_short_abandon,
        "agentId" is not null and not refused as has_agent,
        refused as is_refused,
        transfer in ('consult', 'conference') as is_aside,
        channel,
        "channelLabel" as channel_label,
        queue,
        "queueLabel" as queue_label,
        campaign,
        "campaignLabel" as campaign_label,
        team,
        "teamLabel" as team_label,
        "entryPoint" as entry_point,
        "entryPointLabel" as entry_point_label,
        disposition,
        cast(null as varchar) as disposition_label
    from ranked
    where _place = 1
),

-- What the settings say of a single leg.
kinds as (
    select
        *,
        case
            when channel = '5' or {{ is_listed('queue', setting('voicemail', 'queues')) }} then 'voicemail'
            when is_callback or {{ is_listed('queue', setting('callback', 'queues')) }} then 'callback'
            else 'contact'
        end as kind
    from named
)

select
    *,
    not is_outbound and not is_aside
    and not {{ is_listed('queue', setting('neverDecides', 'queues')) }}
    and not {{ is_listed('entry_point', setting('neverDecides', 'entryPoints')) }} as decides,
    kind = 'contact' and has_agent and agent_ms > 0
    and agent_ms >= {{ milliseconds(setting('minTalk')) }} as is_answered,
    kind = 'callback' and not is_abandoned and has_agent and agent_ms > 0
    and agent_ms >= {{ milliseconds(setting('callback', 'minTalk')) }} as is_reached_callback,
    {% if setting('shortAbandon') == 'tenant' -%}
    is_short_abandon
    {%- else -%}
    coalesce(nullif(abandon_ms, 0), nullif(queue_ms, 0), duration_ms) < {{ milliseconds(setting('shortAbandon')) }}
    {%- endif %} as is_short,
    {{ is_marked() }} as is_marked,
    pre_queue_ms > {{ milliseconds(setting('escalation', 'minSelfService')) }}
    {%- if setting('escalation', 'entryPoints') | length > 0 %}
    and {{ is_listed('entry_point', setting('escalation', 'entryPoints')) }}
    {%- endif %} as is_self_service,
    case
        when channel = '1' then {{ horizon('email') }}
        when channel = '9' then {{ horizon('digital') }}
        else {{ horizon('other') }}
    end as horizon_ms
from kinds
