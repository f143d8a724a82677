{{- /* name:tag of an image: {{ include "caire.image" (dict "root" $ "key" "images.grader" "image" .Values.images.grader) }} */}}
{{- define "caire.image" -}}
{{- required (printf "%s.name: give the name of the image." .key) .image.name }}:{{ required (printf "%s.tag: give the tag of the image." .key) (.image.tag | toString) }}
{{- end }}

{{- /* The image of exchange, portal, grader's dispatcher and scheduler, and operations: the hub's. */}}
{{- define "caire.image.hub" -}}
{{- include "caire.image" (dict "key" "jupyterhub.hub.image" "image" .Values.jupyterhub.hub.image) }}
{{- end }}
