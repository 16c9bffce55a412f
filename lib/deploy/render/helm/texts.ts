/** The files of a chart that hold no objects. */

import type { Settings } from "../../manifests/mod.ts";

/** Names that all templates share. */
export function helpers(name: string): string {
  return `{{/* The name of all objects: that of the release, with the chart's if it does not say it. */}}
{{- define "${name}.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | replace "." "-" | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "${name}.namespace" -}}
{{- .Values.namespace | default .Release.Namespace -}}
{{- end -}}

{{- define "${name}.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Grafana takes at most 40 letters. */}}
{{- define "${name}.dashboardUid" -}}
{{- $name := include "${name}.fullname" . -}}
{{- if gt (len $name) 31 }}{{ $name | trunc 40 }}{{ else }}operator-{{ $name }}{{ end -}}
{{- end -}}

{{- define "${name}.image" -}}
{{- .Values.image.repository -}}
{{- with .Values.image.tag }}:{{ . }}{{ end -}}
{{- with .Values.image.digest }}@{{ . }}{{ end -}}
{{- end -}}
`;
}

/** What Helm says after an installation. */
export function notes({ operator: { name, version } }: Settings, hasCrds: boolean): string {
  return `${name} ${version} runs in the namespace {{ include "${name}.namespace" $ }}:

  kubectl --namespace {{ include "${name}.namespace" $ }} rollout status deployment/{{ include "${name}.fullname" $ }}
  kubectl --namespace {{ include "${name}.namespace" $ }} logs deployment/{{ include "${name}.fullname" $ }}

It needs no privileges. Helm does not say so of the namespace, but you can:

  kubectl label namespace {{ include "${name}.namespace" $ }} pod-security.kubernetes.io/enforce=restricted
${
    hasCrds
      ? `{{- if not $.Values.crds.install }}

The definitions of its kinds are not part of this release. Apply them before each upgrade, as it waits for them.
{{- end }}
`
      : ""
  }`;
}
