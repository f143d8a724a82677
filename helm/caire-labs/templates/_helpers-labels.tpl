{{- /*
  Labels of every object. The component is the folder of the template, unless the scope carries another:
  {{ include "caire.labels" (dict "root" $ "component" "worker-cpu") }}
*/}}
{{- define "caire.component" -}}
{{- .component | default (.root.Template.Name | dir | base) -}}
{{- end }}

{{- define "caire.matchLabels" -}}
app.kubernetes.io/name: caire-labs
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ include "caire.component" . }}
{{- end }}

{{- define "caire.labels" -}}
{{ include "caire.matchLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}
