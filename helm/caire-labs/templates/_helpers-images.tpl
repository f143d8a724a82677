{{- /* name:tag of an image: {{ include "caire.image" (dict "key" "images.grader" "image" .Values.images.grader) }} */}}
{{- define "caire.image" -}}
{{- $tag := .image.tag | toString }}
{{- if eq $tag "latest" }}
{{- fail (printf "%s.tag: latest is another image tomorrow: give a version." .key) }}
{{- end }}
{{- .image.name }}:{{ $tag }}
{{- end }}

{{- /* The image of exchange, portal, grader's dispatcher and scheduler, and operations: the hub's. */}}
{{- define "caire.image.hub" -}}
{{- include "caire.image" (dict "key" "jupyterhub.hub.image" "image" .Values.jupyterhub.hub.image) }}
{{- end }}
