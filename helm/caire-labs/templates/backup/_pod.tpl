{{- /* Pod of a backup or a restore, in the service account that may reach homes. Scope: root, component, args, settings, account (caire-backup if none). */}}
{{- define "caire.backup.pod" -}}
{{- $scope := merge (dict "blobs" true "class" "core" "nodes" .root.Values.corePods "account" (.account | default "caire-backup") "scratch" "10Gi") . }}
{{- include "caire.podSpec" $scope }}
restartPolicy: Never
containers:
  - name: {{ .component }}
    {{- include "caire.container" (dict "root" .root "image" (include "caire.image.hub" .root)) | nindent 4 }}
    args:
      {{- toYaml .args | nindent 6 }}
    env:
      {{- include "caire.env" (merge (dict "service" "ops") $scope) | nindent 6 }}
      {{- include "caire.env.database" $scope | nindent 6 }}
      {{- with .root.Values.jupyterhub.hub }}
      {{- if and $.root.Values.jupyterhub.enabled (eq (.db.type | default "") "postgres") }}
      # The hub's own tables: who is in which group.
      - {name: CAIRE_HUB_DATABASE_URL, value: {{ .db.url | quote }}}
      {{- with (.extraEnv).PGPASSWORD }}
      - name: PGPASSWORD
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- end }}
      - name: POD_NAMESPACE
        valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
    {{- with include "caire.envFrom.blobs" $scope }}
    {{- . | nindent 4 }}
    {{- end }}
    resources:
      {{- toYaml .root.Values.backup.resources | nindent 6 }}
    volumeMounts:
      {{- include "caire.mounts" $scope | nindent 6 }}
      {{- if .root.Values.backup.volume.enabled }}
      - {name: backup, mountPath: /var/lib/caire-backup}
      {{- end }}
volumes:
  {{- include "caire.volumes" $scope | nindent 2 }}
  {{- if .root.Values.backup.volume.enabled }}
  - name: backup
    persistentVolumeClaim: {claimName: caire-backup}
  {{- end }}
{{- end }}
