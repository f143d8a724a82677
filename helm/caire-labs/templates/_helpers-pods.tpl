{{- /*
  What every pod of ours has in common: PodSecurity `restricted`, no token, no names of other services in its
  environment, and what the scope says.
    root       the chart's scope
    class      priority class: core, grader or placeholder
    account    service account with a token; without it the pod has neither
    uid        user, 1000 if none
    nodes      nodeSelector and tolerations
*/}}
{{- define "caire.podSpec" -}}
{{- with .account }}
serviceAccountName: {{ . }}
automountServiceAccountToken: true
{{- else }}
serviceAccountName: caire
automountServiceAccountToken: false
{{- end }}
enableServiceLinks: false
{{- with include "caire.priorityClassName" . }}
{{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .uid | default 1000 }}
  runAsGroup: {{ .uid | default 1000 }}
  fsGroup: {{ .uid | default 1000 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .nodes.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .nodes.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Replicas on different nodes and zones where there are any; one node holds them all where there is one. */}}
{{- define "caire.spread" -}}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "caire.matchLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}

{{- define "caire.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- /* Image and security of a container that runs `caire`. Scope: root, image. */}}
{{- define "caire.container" -}}
image: {{ .image }}
imagePullPolicy: {{ .root.Values.images.pullPolicy }}
{{ include "caire.containerSecurity" . }}
{{- end }}

{{- /* Environment by which `caire` finds its settings and the hub. Scope: root, service (name of the hub's service). */}}
{{- define "caire.env" -}}
- {name: CAIRE_SETTINGS, value: /etc/caire/caire.yaml}
- {name: PYTHONUNBUFFERED, value: "1"}
{{- with .service }}
- {name: JUPYTERHUB_API_URL, value: "http://hub:8081/hub/api"}
- name: JUPYTERHUB_API_TOKEN
  valueFrom: {secretKeyRef: {name: hub, key: hub.services.{{ . }}.apiToken}}
{{- end }}
{{- end }}

{{- /* Addresses of database and gradebooks. */}}
{{- define "caire.env.database" -}}
- name: CAIRE_SERVICE__DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ include "caire.database.secret" .root }}, key: database-url}}
- name: CAIRE_SERVICE__GRADEBOOK_URL
  valueFrom: {secretKeyRef: {name: {{ include "caire.database.secret" .root }}, key: gradebook-url}}
{{- end }}

{{- /* Credentials of an object store, for what reads and writes blobs. */}}
{{- define "caire.envFrom.blobs" -}}
{{- with .root.Values.blobs.existingSecret -}}
envFrom:
  - secretRef: {name: {{ . }}}
{{- end }}
{{- end }}

{{- /* Mounts and volumes: settings, scratch, and the blobs. Scope: root, blobs (bool), scratch (size), settings (name). */}}
{{- define "caire.mounts" -}}
- {name: settings, mountPath: /etc/caire/caire.yaml, subPath: caire.yaml, readOnly: true}
- {name: scratch, mountPath: /tmp, subPath: tmp}
- {name: scratch, mountPath: /var/lib/caire, subPath: state}
{{- if and .blobs .root.Values.blobs.volume.enabled }}
- {name: blobs, mountPath: /var/lib/caire/blobs}
{{- end }}
{{- end }}

{{- define "caire.volumes" -}}
- name: settings
  configMap: {name: {{ .settings | default "caire-settings" }}}
- name: scratch
  emptyDir: {sizeLimit: {{ .scratch | default "1Gi" }}}
{{- if and .blobs .root.Values.blobs.volume.enabled }}
- name: blobs
  persistentVolumeClaim: {claimName: caire-blobs}
{{- end }}
{{- end }}

{{- /* So that pods start anew when what they read at the start has changed. */}}
{{- define "caire.checksums" -}}
checksum/settings: {{ toYaml .Values.settings | sha256sum }}
{{- end }}
