{{- /* The restricted profile of Pod Security, for every pod of the chart. */ -}}
{{- define "pakt.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ int64 .Values.pod.user }}
runAsGroup: {{ int64 .Values.pod.group }}
fsGroup: {{ int64 .Values.pod.group }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "pakt.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* Of PodSpec: what is the same in every pod. */ -}}
{{- define "pakt.podBase" -}}
serviceAccountName: {{ include "pakt.name" . }}
{{ include "pakt.podWithoutAccount" . }}
{{- end -}}

{{- define "pakt.podWithoutAccount" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "pakt.podSecurity" . | nindent 2 }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "pakt.placement" -}}
{{- with .process.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .process.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .process.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- $spread := list (list "topology.kubernetes.io/zone" .root.Values.pod.spread.zone) (list "kubernetes.io/hostname" .root.Values.pod.spread.node) }}
{{- if or (ne .root.Values.pod.spread.zone "Off") (ne .root.Values.pod.spread.node "Off") }}
topologySpreadConstraints:
  {{- range $spread }}
  {{- if ne (last .) "Off" }}
  - maxSkew: 1
    topologyKey: {{ first . }}
    whenUnsatisfiable: {{ last . }}
    labelSelector:
      matchLabels:
        {{- include "pakt.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.name }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- /* Secrets, each by reference; what is no secret is in the ConfigMap. */ -}}
{{- define "pakt.rolePassword" -}}
- name: PAKT_DATABASE_ROLE_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- include "pakt.rolePasswordSecret" . | nindent 6 }}
{{- end -}}

{{- define "pakt.environment" -}}
{{ include "pakt.rolePassword" . }}
{{- with include "pakt.brokerSecret" . }}
- name: PAKT_BROKER_URL
  valueFrom:
    secretKeyRef:
      {{- . | nindent 6 }}
{{- end }}
{{- with .Values.secrets.objects }}
{{- if .name }}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ .name | quote }}
      key: {{ .accessKeyIdKey | quote }}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .name | quote }}
      key: {{ .secretAccessKeyKey | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Nothing of a pod is kept: what must stay is in the database, in object storage and in the Secret of keys. */ -}}
{{- define "pakt.mounts" -}}
- {name: data, mountPath: /var/lib/pakt}
- {name: keys, mountPath: /var/lib/pakt/keys, readOnly: true}
- {name: temporary, mountPath: /tmp}
{{- if .Values.trust.configMap }}
- {name: trust, mountPath: /etc/pakt/trust, readOnly: true}
{{- end }}
{{- end -}}

{{- define "pakt.volumes" -}}
- name: data
  emptyDir: {sizeLimit: 64Mi}
- name: temporary
  emptyDir: {sizeLimit: 1Gi}
- name: keys
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .Values.secrets.keys.name | quote }}
      {{- with .Values.secrets.keys.folders }}
      - secret:
          name: {{ $.Values.secrets.keys.name | quote }}
          items:
            {{- range . }}
            - key: {{ .key | quote }}
              path: {{ .path | quote }}
            {{- end }}
      {{- end }}
{{- if .Values.trust.configMap }}
- name: trust
  configMap:
    name: {{ .Values.trust.configMap | quote }}
    items: [{key: ca.crt, path: ca.crt}]
{{- end }}
{{- end -}}

{{- /* A container that runs one command of Pakt: root, name, args, resources. */ -}}
{{- define "pakt.command" -}}
- name: {{ .name }}
  image: {{ include "pakt.image" (dict "root" .root "image" .root.Values.image) | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: {{ toJson .args }}
  envFrom:
    - configMapRef:
        name: {{ include "pakt.name" .root }}
  env:
    {{- include "pakt.environment" .root | nindent 4 }}
  securityContext:
    {{- include "pakt.containerSecurity" .root | nindent 4 }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  volumeMounts:
    {{- include "pakt.mounts" .root | nindent 4 }}
{{- end -}}

{{- /* A pod that runs one command and ends: root, name, args; for Jobs and CronJobs. */ -}}
{{- define "pakt.jobPod" -}}
metadata:
  labels:
    {{- include "pakt.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  {{- include "pakt.podBase" .root | nindent 2 }}
  restartPolicy: Never
  containers:
    {{- include "pakt.command" (dict "root" .root "name" .name "args" .args "resources" .root.Values.jobs.resources) | nindent 4 }}
  volumes:
    {{- include "pakt.volumes" .root | nindent 4 }}
{{- end -}}
