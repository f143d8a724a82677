{{- /* A volume that outlives the installation: what lies on it is people's work. Scope: root, name, volume. */}}
{{- define "caire.pvc" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  labels:
    {{- include "caire.labels" . | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes:
    {{- toYaml .volume.accessModes | nindent 4 }}
  {{- with .volume.className }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests: {storage: {{ .volume.size }}}
{{- end }}
