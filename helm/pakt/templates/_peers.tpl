{{- /* The `to` or `from` of a rule for a list of peers: {namespace, podLabels, cidr}. */ -}}
{{- define "pakt.peer" -}}
{{- if .cidr -}}
ipBlock:
  cidr: {{ .cidr | quote }}
{{- else -}}
{{- if .namespace -}}
namespaceSelector:
  matchLabels:
    kubernetes.io/metadata.name: {{ .namespace | quote }}
{{ end -}}
podSelector:
  {{- if .podLabels }}
  matchLabels:
    {{- toYaml .podLabels | nindent 4 }}
  {{- else }} {}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "pakt.ports" -}}
{{- range . }}
- {protocol: TCP, port: {{ int64 . }}}
{{- end }}
{{- end -}}

{{- /* Rules that let something out: peers, and the ports for those that name none. */ -}}
{{- define "pakt.to" -}}
{{- $ports := .ports -}}
{{- range .peers }}
- to:
    - {{- include "pakt.peer" . | nindent 6 }}
  ports:
    {{- include "pakt.ports" (default $ports .ports) | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "pakt.from" -}}
{{- $ports := .ports -}}
{{- range .peers }}
- from:
    - {{- include "pakt.peer" . | nindent 6 }}
  ports:
    {{- include "pakt.ports" $ports | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "pakt.toDns" -}}
- to:
    - {{- include "pakt.peer" .Values.network.dns | nindent 6 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end -}}

{{- define "pakt.toDatabase" -}}
{{- include "pakt.to" (dict "peers" .Values.network.database "ports" (list .Values.database.port)) }}
{{- if .Values.operators.postgres.enabled }}
- to:
    - podSelector:
        matchLabels:
          cnpg.io/cluster: {{ include "pakt.name" . }}-postgres
  ports:
    - {protocol: TCP, port: 5432}
{{- end }}
{{- end -}}

{{- define "pakt.toDependencies" -}}
{{- include "pakt.toDns" . }}
{{ include "pakt.toDatabase" . }}
{{- include "pakt.to" (dict "peers" .Values.network.objects "ports" (list 443)) }}
{{- include "pakt.to" (dict "peers" .Values.network.broker "ports" (list 5672 5671)) }}
{{- include "pakt.to" (dict "peers" .Values.network.telemetry "ports" (list 4318)) }}
{{- if .Values.operators.rabbitmq.enabled }}
- to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/name: {{ include "pakt.name" . }}-rabbitmq
          app.kubernetes.io/component: rabbitmq
  ports:
    - {protocol: TCP, port: 5672}
{{- end }}
{{- if .Values.telemetry.collector.enabled }}
- to:
    - podSelector:
        matchLabels:
          {{- include "pakt.selector" . | nindent 10 }}
          app.kubernetes.io/component: collector
  ports:
    - {protocol: TCP, port: 4318}
{{- end }}
{{- end -}}

{{- /* The head of a policy over some of our pods: root, name, and components (none: every pod). */ -}}
{{- define "pakt.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "pakt.name" .root }}-{{ .name }}
  labels:
    {{- include "pakt.labels" .root | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "pakt.selector" .root | nindent 6 }}
    {{- with .components }}
    matchExpressions:
      - {key: app.kubernetes.io/component, operator: In, values: {{ toJson . }}}
    {{- end }}
{{- end -}}
