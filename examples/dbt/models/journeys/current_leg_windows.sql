-- The revision that counts of each window of the legs.
{{ current_windows(source('contacts', 'leg_windows')) }}
