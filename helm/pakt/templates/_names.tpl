{{- define "pakt.name" -}}
{{- if contains "pakt" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" | trimSuffix "." }}{{ else }}{{ printf "%s-pakt" (.Release.Name | trunc 35 | trimSuffix "-" | trimSuffix ".") }}{{ end -}}
{{- end -}}

{{- define "pakt.selector" -}}
app.kubernetes.io/name: pakt
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- /* Labels of everything. */ -}}
{{- define "pakt.labels" -}}
{{ include "pakt.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "pakt.image" -}}
{{- $tag := default .root.Chart.AppVersion .image.tag -}}
{{- .image.repository }}{{ if .image.digest }}@{{ .image.digest }}{{ else }}:{{ $tag }}{{ end }}
{{- end -}}

{{- define "pakt.host" -}}
{{- regexReplaceAll "^https?://([^:/]+).*$" .Values.settings.publicUrl "${1}" -}}
{{- end -}}

{{- /* Whole numbers come as floats from values: 26214400 would be written 2.62144e+07. */ -}}
{{- define "pakt.text" -}}
{{- if kindIs "float64" . }}{{ int64 . | toString }}{{ else }}{{ . | toString }}{{ end -}}
{{- end -}}

{{- /* Whose URL has the database's administrator in it: for what migrates, and for nothing else. */ -}}
{{- define "pakt.administratorSecret" -}}
{{- if .Values.operators.postgres.enabled -}}
name: {{ include "pakt.name" . }}-postgres-app
key: uri
{{- else -}}
name: {{ .Values.secrets.administrator.name | quote }}
key: {{ .Values.secrets.administrator.urlKey | quote }}
{{- end -}}
{{- end -}}

{{- define "pakt.rolePasswordSecret" -}}
name: {{ .Values.secrets.database.name | quote }}
key: {{ .Values.secrets.database.rolePasswordKey | quote }}
{{- end -}}

{{- /* Where the database is: host, port, name. Nobody is named, so that no process holds more than its roles may. */ -}}
{{- define "pakt.databaseHost" -}}
{{- if .Values.operators.postgres.enabled }}{{ include "pakt.name" . }}-postgres-rw.{{ .Release.Namespace }}.svc{{ else }}{{ .Values.database.host }}{{ end -}}
{{- end -}}

{{- define "pakt.databaseUrl" -}}
{{- $d := .Values.database -}}
postgresql://{{ include "pakt.databaseHost" . }}:{{ int64 $d.port }}/{{ $d.name }}?sslmode={{ $d.sslMode }}
{{- if and .Values.trust.configMap (hasPrefix "verify-" $d.sslMode) }}&sslrootcert=/etc/pakt/trust/ca.crt{{ end -}}
{{- end -}}

{{- define "pakt.brokerSecret" -}}
{{- if .Values.operators.rabbitmq.enabled -}}
name: {{ include "pakt.name" . }}-rabbitmq-default-user
key: connection_string
{{- else if .Values.secrets.broker.name -}}
name: {{ .Values.secrets.broker.name | quote }}
key: {{ .Values.secrets.broker.urlKey | quote }}
{{- end -}}
{{- end -}}

{{- define "pakt.telemetryEndpoint" -}}
{{- if .Values.telemetry.collector.enabled -}}
http://{{ include "pakt.name" . }}-collector:4318
{{- else -}}
{{ .Values.telemetry.endpoint }}
{{- end -}}
{{- end -}}

