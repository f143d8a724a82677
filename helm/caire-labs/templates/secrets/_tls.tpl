{{- /* The certificates, base64: those of the cluster if there are any. Made once in a run, so that all templates agree. */}}
{{- define "caire.tls.data" -}}
{{- $made := .Values.tls.made }}
{{- if not $made }}
{{- $old := lookup "v1" "Secret" .Release.Namespace "caire-tls" | default dict }}
{{- with $old.data }}
{{- $made = pick . "ca.pem" "cert.pem" "key.pem" }}
{{- else }}
{{- $days := int .Values.tls.days }}
{{- $authority := genCA "caire-graders-authority" $days }}
{{- $shown := genSignedCert "caire-scheduler" nil (list "caire-scheduler") $days $authority }}
{{- $made = dict "ca.pem" ($authority.Cert | b64enc) "cert.pem" ($shown.Cert | b64enc) "key.pem" ($shown.Key | b64enc) }}
{{- end }}
{{- $_ := set .Values.tls "made" $made }}
{{- end }}
{{- toYaml $made }}
{{- end }}

{{- /* So that all sides start anew with new certificates. */}}
{{- define "caire.tls.checksum" -}}
{{- .Values.tls.existingSecret | default (include "caire.tls.data" .) | sha256sum }}
{{- end }}
