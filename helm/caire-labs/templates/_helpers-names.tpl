{{- /* Names of what may be generated here or be an operator's own. */}}
{{- define "caire.database.secret" -}}{{ .Values.database.existingSecret | default "caire-database" }}{{- end }}
{{- define "caire.tls.secret" -}}{{ .Values.tls.existingSecret | default "caire-tls" }}{{- end }}
{{- define "caire.signing.secret" -}}{{ .Values.signing.existingSecret | default "caire-signing" }}{{- end }}

{{- /* Priority classes belong to the cluster: a namespace's own. */}}
{{- define "caire.priorityClass" -}}{{ .root.Release.Namespace }}-caire-{{ .class }}{{- end }}
{{- define "caire.priorityClassName" -}}
{{- if .root.Values.priorityClasses.create -}}
priorityClassName: {{ include "caire.priorityClass" . }}
{{- end }}
{{- end }}
