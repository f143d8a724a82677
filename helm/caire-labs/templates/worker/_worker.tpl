{{- /* One pool of graders. Scope: root, pool (cpu or gpu), values, component. */}}
{{- define "caire.worker" -}}
{{- $values := .values }}
{{- $root := .root }}
{{- $gpu := eq .pool "gpu" }}
{{- $image := include "caire.image" (dict "key" "images.grader" "image" $root.Values.images.grader) }}
{{- if and $gpu $values.image.name }}
{{- $image = include "caire.image" (dict "key" "worker.gpu.image" "image" $values.image) }}
{{- end }}
{{- /* An account of its own: the kernel counts processes by account across all pods of a node, learners' among them. */}}
{{- $scope := dict "root" $root "component" .component "class" "grader" "nodes" $values "scratch" $values.scratch "uid" 1001 }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: caire-{{ .component }}
  labels:
    {{- include "caire.labels" $scope | nindent 4 }}
spec:
  {{- if not (and (not $gpu) $values.autoscaling.enabled (include "caire.hasAutoscaling" $root)) }}
  replicas: {{ $values.replicas }}
  {{- end }}
  strategy:
    {{- if $gpu }}
    # A new one may find no GPU before an old one leaves.
    rollingUpdate: {maxSurge: 0, maxUnavailable: 1}
    {{- else }}
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {{- end }}
  selector:
    matchLabels:
      {{- include "caire.matchLabels" $scope | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "caire.labels" $scope | nindent 8 }}
        caire.labs/role: grader
      annotations:
        {{- include "caire.checksums" $root | nindent 8 }}
        checksum/tls: {{ include "caire.tls.checksum" $root }}
    spec:
      {{- include "caire.podSpec" $scope | nindent 6 }}
      {{- include "caire.spread" $scope | nindent 6 }}
      # Told to stop, it finishes what it grades or gives it back, and has time for both.
      terminationGracePeriodSeconds: {{ add 60 ($root.Values.settings.grader.drain_seconds | default 0) }}
      initContainers:
        # A Secret's files can be read by the pod's group, which the signer refuses; and it keeps the public key beside.
        - name: signing-key
          {{- include "caire.container" (dict "root" $root "image" $image) | nindent 10 }}
          command: [install, -D, -m, "0600", /etc/caire/signing/record-signing.pem, /var/lib/caire/keys/record-signing.pem]
          resources:
            requests: {cpu: 10m, memory: 16Mi}
            limits: {cpu: 100m, memory: 64Mi}
          volumeMounts:
            - {name: signing, mountPath: /etc/caire/signing, readOnly: true}
            - {name: scratch, mountPath: /var/lib/caire, subPath: state}
      containers:
        - name: worker
          {{- include "caire.container" (dict "root" $root "image" $image) | nindent 10 }}
          args: [caire, grader, worker, --host, $(POD_IP)]
          env:
            {{- include "caire.env" $scope | nindent 12 }}
            - name: POD_IP
              valueFrom: {fieldRef: {fieldPath: status.podIP}}
            # Its account has no home in the image.
            - {name: HOME, value: /tmp}
            # Each grading has one core; libraries that take all that they see slow one another down.
            - {name: OMP_NUM_THREADS, value: "1"}
            {{- if $gpu }}
            - {name: CAIRE_GRADER__WORKERS, value: "1"}
            - {name: CAIRE_GRADER__GPUS, value: {{ $values.gpus | quote }}}
            {{- end }}
          {{- with $root.Values.settings.grader.ready_file }}
          readinessProbe:
            exec: {command: [test, -e, {{ . }}]}
            periodSeconds: 5
          {{- end }}
          resources:
            {{- $resources := deepCopy $values.resources }}
            {{- if $gpu }}
            {{- $_ := set $resources.limits $values.resourceName ($values.gpus | toString) }}
            {{- $_ := set $resources.requests $values.resourceName ($values.gpus | toString) }}
            {{- end }}
            {{- toYaml $resources | nindent 12 }}
          volumeMounts:
            {{- include "caire.mounts" $scope | nindent 12 }}
            - {name: tls, mountPath: /etc/caire/tls, readOnly: true}
      volumes:
        {{- include "caire.volumes" $scope | nindent 8 }}
        - name: tls
          secret: {secretName: {{ include "caire.tls.secret" $root }}, defaultMode: 0440}
        - name: signing
          secret: {secretName: {{ include "caire.signing.secret" $root }}, defaultMode: 0440}
{{- end }}
