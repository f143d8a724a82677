{{- /* What the cluster knows: a non-empty string, or none. */}}
{{- define "caire.hasAutoscaling" -}}
{{- if .Capabilities.APIVersions.Has "autoscaling/v2" }}true{{ end }}
{{- end }}

{{- /* batch/v1 is older than its CronJob (1.21), so the version tells. */}}
{{- define "caire.hasCronJob" -}}
{{- if semverCompare ">=1.21.0-0" .Capabilities.KubeVersion.Version }}true{{ end }}
{{- end }}

{{- define "caire.hasCronJobTimeZone" -}}
{{- if semverCompare ">=1.27.0-0" .Capabilities.KubeVersion.Version }}true{{ end }}
{{- end }}
