{{- /* What would only show when the pods do not start, or lose rows. */ -}}
{{- define "jm.checks" -}}
{{- $url := default "" (default .Values.env.DATASET_URL .Values.worker.env.DATASET_URL) -}}
{{- if not .Values.env.TEMPORAL_ADDRESS }}{{ fail "set env.TEMPORAL_ADDRESS" }}{{- end }}
{{- if not $url }}{{ fail "set env.DATASET_URL: s3://bucket/prefix, or file:///datasets with datasets.persistentVolumeClaim" }}{{- end }}
{{- if hasPrefix "file:" $url }}
{{- if not .Values.datasets.persistentVolumeClaim }}{{ fail "rows in a folder need datasets.persistentVolumeClaim" }}{{- end }}
{{- if or (gt (int .Values.worker.replicas) 1) .Values.worker.autoscaling.enabled }}{{ fail "several workers need a bucket: set env.DATASET_URL to s3://bucket/prefix, or worker.replicas to 1" }}{{- end }}
{{- end }}
{{- if and .Values.gateway.enabled (not .Values.gateway.keys.secret) }}{{ fail "the gateway needs keys: set gateway.keys.secret" }}{{- end }}
{{- end -}}
