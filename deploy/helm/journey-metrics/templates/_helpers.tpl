{{- define "jm.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "jm.labels" -}}
app.kubernetes.io/name: journey-metrics
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{- define "jm.selector" -}}
app.kubernetes.io/name: journey-metrics
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "jm.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "jm.serviceAccount" -}}
{{- default (include "jm.name" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* What worker and gateway have in common. @param root, part, of: the values of the part */}}
{{- define "jm.environment" -}}
{{- $own := merge (dict) .of.env .root.Values.env -}}
{{- $own = merge $own (dict "HEALTH_ADDRESS" "0.0.0.0:8081" "METRICS_ADDRESS" "0.0.0.0:9464") -}}
{{- range $name, $value := $own }}
{{- if ne (toString $value) "" }}
- name: {{ $name }}
  value: {{ toString $value | quote }}
{{- end }}
{{- end }}
{{- range .root.Values.secretEnv }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: { name: {{ .secret }}, key: {{ .key }} }
{{- end }}
{{- end -}}

{{- define "jm.podSecurity" -}}
automountServiceAccountToken: false
serviceAccountName: {{ include "jm.serviceAccount" .root }}
terminationGracePeriodSeconds: {{ .of.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "jm.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{- define "jm.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- range .root.Values.secretFiles }}
- { name: secret-{{ .name }}, mountPath: /secrets/{{ .name }}, readOnly: true }
{{- end }}
{{- range .root.Values.configFiles }}
- { name: config-{{ .name }}, mountPath: /config/{{ .name }}, readOnly: true }
{{- end }}
{{- if .root.Values.datasets.persistentVolumeClaim }}
- { name: datasets, mountPath: /datasets }
{{- end }}
{{- end -}}

{{- define "jm.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- range .root.Values.secretFiles }}
- name: secret-{{ .name }}
  secret: { secretName: {{ .secret }}, defaultMode: 0440 }
{{- end }}
{{- range .root.Values.configFiles }}
- name: config-{{ .name }}
  configMap: { name: {{ .configMap }} }
{{- end }}
{{- if .root.Values.datasets.persistentVolumeClaim }}
- name: datasets
  persistentVolumeClaim: { claimName: {{ .root.Values.datasets.persistentVolumeClaim }} }
{{- end }}
{{- end -}}
