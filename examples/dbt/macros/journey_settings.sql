{#- Settings of contact-journey/1, with their defaults: see docs/journeys.md. -#}

{#- A setting, or its default: `setting('callback', 'queues')`. Lists that are left out are empty. -#}
{% macro setting(name, key=none) %}
    {%- set defaults = {
        'horizon': {}, 'contained': 'none', 'shortAbandon': 'tenant', 'shortAbandons': 'exclude',
        'voicemail': {'counts': 'unresolved', 'queues': []},
        'callback': {'minTalk': 30, 'notReached': 'unresolved', 'queues': []},
        'neverDecides': {'queues': [], 'entryPoints': []},
        'minTalk': 0,
        'escalation': {'minSelfService': 0, 'entryPoints': []},
        'hours': 'all'
    } -%}
    {%- set value = var('settings').get(name, defaults[name]) -%}
    {%- do return(value if key is none else value.get(key, defaults[name][key])) -%}
{% endmacro %}

{#- Milliseconds of a span: seconds, or a text such as `90 s` or `4 hours`. -#}
{% macro milliseconds(span) %}
    {%- set match = modules.re.match('^([0-9.]+) ?([a-zA-Z]*)$', span | string | trim) -%}
    {%- set unit = match.group(2) | lower -%}
    {%- set sizes = {'': 1000, 'm': 60000, 'h': 3600000, 'd': 86400000} -%}
    {%- if unit[:2] in ('ms', 'mil') -%}{%- set size = 1 -%}
    {%- elif unit[:1] == 's' -%}{%- set size = 1000 -%}
    {%- else -%}{%- set size = sizes[unit[:1]] -%}{%- endif -%}
    {%- do return((match.group(1) | float * size) | round | int) -%}
{% endmacro %}

{#- The horizon of a channel. One span is that of all other channels than email and digital. -#}
{% macro horizon(channel) %}
    {%- set asked = setting('horizon') -%}
    {%- set week = 604800 -%}
    {%- set spans = asked if asked is mapping else {'other': asked} -%}
    {%- do return(milliseconds(spans.get(channel, 14400 if channel == 'other' else week))) -%}
{% endmacro %}

{#- Whether an id or its label is in a list of names. -#}
{% macro is_listed(column, names) %}
    {%- if names | length == 0 -%}
        false
    {%- else -%}
        {%- set texts = [] -%}
        {%- for name in names -%}{%- do texts.append("'" ~ (name | string | replace("'", "''")) ~ "'") -%}{%- endfor -%}
        (coalesce({{ column }} in ({{ texts | join(', ') }}), false)
        or coalesce({{ column }}_label in ({{ texts | join(', ') }}), false))
    {%- endif -%}
{% endmacro %}

{#- Whether a leg carries a marker of self-service. Script variables are not among the legs. -#}
{% macro is_marked() %}
    {%- set markers = setting('contained') -%}
    {%- if markers is string -%}
        false
    {%- else -%}
        {%- set dispositions, entry_points = [], [] -%}
        {%- for marker in markers -%}
            {%- if marker.startswith('disposition:') -%}{%- do dispositions.append(marker[12:]) -%}
            {%- elif marker.startswith('entryPoint:') -%}{%- do entry_points.append(marker[11:]) -%}
            {%- else -%}{{ exceptions.raise_compiler_error('legs have no ' ~ marker) }}{%- endif -%}
        {%- endfor -%}
        ({{ is_listed('disposition', dispositions) }} or {{ is_listed('entry_point', entry_points) }})
    {%- endif -%}
{% endmacro %}

{#- Whether an instant lies in the opening hours, on the clocks of their zone. -#}
{% macro is_open(instant) %}
    {%- set hours = setting('hours') -%}
    {%- if hours == 'all' -%}
        true
    {%- else -%}
        {%- set local = "timezone('" ~ hours.timeZone ~ "', " ~ instant ~ ")" -%}
        (
        {%- for span in hours.open %}
            {%- set first, last = span['from'].split(':'), span['to'].split(':') %}
            {{ 'or ' if not loop.first }}(
                extract(isodow from {{ local }}) in ({{ span.days | join(', ') }})
                and extract(hour from {{ local }}) * 60 + extract(minute from {{ local }})
                    >= {{ (first[0] | int) * 60 + (first[1] | int) }}
                and extract(hour from {{ local }}) * 60 + extract(minute from {{ local }})
                    < {{ (last[0] | int) * 60 + (last[1] | int) }}
            )
        {%- endfor %}
        )
    {%- endif -%}
{% endmacro %}

{#- The bucket of an instant, in the zone of the rows. Hours are left out: an hour that comes twice needs its offset. -#}
{% macro bucket(local) %}
    {%- if var('time_group_by') not in ('day', 'week', 'month') -%}
        {{ exceptions.raise_compiler_error('time_group_by is day, week or month') }}
    {%- endif -%}
    date_trunc('{{ var('time_group_by') }}', {{ local }})
{% endmacro %}
