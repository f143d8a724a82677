{{- /* Whoever drains nodes takes the replicas one by one. Scope: root, name. */}}
{{- define "caire.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  labels:
    {{- include "caire.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "caire.matchLabels" . | nindent 6 }}
{{- end }}
