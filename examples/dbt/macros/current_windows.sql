{#- The revision that counts of each window: the highest one, unless later windows of the series cover the window wholly. -#}
{% macro current_windows(windows) %}
with ranked as (
    select *, row_number() over (partition by _delivery_id order by _revision desc) as _place
    from {{ windows }}
),

latest as (
    select * from ranked where _place = 1
),

-- Later windows that overlap, in the order of their beginnings, and how far those before each of them reach.
later as (
    select
        w._delivery_id,
        l._window_from,
        l._window_to,
        coalesce(
            max(l._window_to) over (
                partition by w._delivery_id order by l._window_from, l._window_to
                rows between unbounded preceding and 1 preceding
            ),
            w._window_from
        ) as reached,
        w._window_from as own_from,
        w._window_to as own_to
    from latest as w
    inner join latest as l
        on
            l._org = w._org and l._series = w._series and l._delivery_id <> w._delivery_id
            and l._window_from < w._window_to and l._window_to > w._window_from
            and (l._delivered_at, l._delivery_id) > (w._delivered_at, w._delivery_id)
),

covered as (
    select _delivery_id
    from later
    group by _delivery_id, own_to
    having max(_window_to) >= own_to and bool_and(_window_from <= greatest(reached, own_from))
)

select * from latest
where _delivery_id not in (select _delivery_id from covered)
{% endmacro %}
