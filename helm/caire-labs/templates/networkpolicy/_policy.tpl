{{- /* Pods of ours by component: {{ include "caire.np.pods" (dict "root" $ "components" (list "exchange")) }} */}}
{{- define "caire.np.pods" -}}
- podSelector:
    matchLabels:
      app.kubernetes.io/name: caire-labs
      app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
    matchExpressions:
      - {key: app.kubernetes.io/component, operator: In, values: {{ toJson .components }}}
{{- end }}

{{- /* Pods of the hub's chart by component: hub, proxy, singleuser-server, … */}}
{{- define "caire.np.jupyterhub" -}}
- podSelector:
    matchExpressions:
      - {key: app, operator: In, values: [{{ .root.Values.jupyterhub.nameOverride | default "jupyterhub" }}]}
      - {key: component, operator: In, values: {{ toJson .components }}}
{{- end }}

{{- /* Names, from the cluster's own DNS only. */}}
{{- define "caire.np.dns" -}}
- to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
  ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
{{- end }}

{{- /* Any address but the metadata server, or a narrower one. Scope: root, cidr. */}}
{{- define "caire.np.block" -}}
- ipBlock:
    cidr: {{ .cidr }}
    {{- if eq .cidr "0.0.0.0/0" }}
    except: [{{ .root.Values.networkPolicy.metadataServer }}]
    {{- end }}
{{- end }}

{{- define "caire.np.apiServer" -}}
- to:
    {{- include "caire.np.block" (dict "root" . "cidr" .Values.networkPolicy.apiServer.cidr) | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.apiServer.ports }}
    - port: {{ . }}
    {{- end }}
{{- end }}

{{- define "caire.np.external" -}}
{{- range .Values.networkPolicy.external }}
- to:
    {{- include "caire.np.block" (dict "root" $ "cidr" .cidr) | nindent 4 }}
  ports:
    {{- range .ports }}
    - port: {{ . }}
    {{- end }}
{{- end }}
{{- end }}

{{- define "caire.np.monitoring" -}}
- namespaceSelector:
    matchLabels:
      {{- toYaml .Values.networkPolicy.monitoring.namespaceLabels | nindent 6 }}
{{- end }}

{{- /* Head of a policy for some components. Scope: root, name, components. */}}
{{- define "caire.np.head" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: caire-{{ .name }}
  labels:
    {{- include "caire.labels" (dict "root" .root) | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: caire-labs
      app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
    matchExpressions:
      - {key: app.kubernetes.io/component, operator: In, values: {{ toJson (.components | default (list .name)) }}}
  policyTypes: [Ingress, Egress]
{{- end }}
