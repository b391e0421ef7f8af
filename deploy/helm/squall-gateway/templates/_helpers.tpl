{{- define "squall.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{- define "squall.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "squall.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "squall.selector" . }}
{{- end -}}

{{- define "squall.adminSecret" -}}
{{ .Values.adminToken.existingSecret | default (printf "%s-admin" (include "squall.name" .)) }}
{{- end -}}

{{- define "squall.account" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "squall.name" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* What squall gateway would refuse when the pod starts is refused here. */}}
{{- define "squall.check" -}}
{{- $signs := .Values.sign -}}
{{- $everything := false -}}
{{- $aws := false -}}
{{- range .Values.to -}}
  {{- $url := regexReplaceAll "^(new:)?[A-Za-z0-9_*.-]+=" . "" -}}
  {{- if or (eq $url .) (hasPrefix "*=" .) -}}{{- $everything = true -}}{{- end -}}
  {{- if or (eq $url "aws") (contains "{service}" $url) (contains "{region}" $url) -}}{{- $signs = true -}}{{- end -}}
  {{- if eq $url "aws" -}}{{- $aws = true -}}{{- end -}}
{{- end -}}
{{- if not $everything -}}
  {{- fail "to: say where all calls go, e.g. --set to={aws} or to={http://moto:5000}" -}}
{{- end -}}
{{- if and $aws (not .Values.allowRealAws) -}}
  {{- fail "to: aws is real AWS, where calls cost money and change things: set allowRealAws=true, too" -}}
{{- end -}}
{{- if and $signs (not .Values.rootKey.existingSecret) -}}
  {{- fail "rootKey.existingSecret: whoever reaches a gateway that signs acts with its credentials; name the Secret of the key that its clients sign with" -}}
{{- end -}}
{{- if and .Values.own (or (ne (int .Values.replicas) 1) .Values.autoscaling.enabled) -}}
  {{- fail "own: a service of Squall's own keeps its state in one pod; set replicas=1 and no autoscaling" -}}
{{- end -}}
{{- end -}}
