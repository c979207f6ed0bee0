-- The revision that counts of each window of the rows.
{{ current_windows(source('lake', 'windows')) }}
