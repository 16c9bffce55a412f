/** Pods' templates: containers, and how they are scheduled. In the notation of go_type.ts. */

/** Structs and their fields. */
export const POD = `
LocalObjectReference<atomic>: name
ContainerPort: name hostPort:int32 containerPort!:int32 protocol hostIP
ConfigMapEnvSource: name optional:bool?
SecretEnvSource: name optional:bool?
EnvFromSource: prefix configMapRef:ConfigMapEnvSource? secretRef:SecretEnvSource?
ConfigMapKeySelector<atomic>: name key! optional:bool?
SecretKeySelector<atomic>: name key! optional:bool?
FileKeySelector<atomic>: volumeName! path! key! optional:bool?
EnvVarSource: fieldRef:ObjectFieldSelector?<atomic> resourceFieldRef:ResourceFieldSelector?<atomic>
  configMapKeyRef:ConfigMapKeySelector?<atomic> secretKeyRef:SecretKeySelector?<atomic>
  fileKeyRef:FileKeySelector?<atomic>
EnvVar: name! value valueFrom:EnvVarSource?
ResourceClaim: name! request
ResourceRequirements: limits:Quantity{} requests:Quantity{} claims:ResourceClaim[]<name>
ContainerResizePolicy: resourceName! restartPolicy!
ContainerRestartRuleOnExitCodes: operator values:int32[]<set>
ContainerRestartRule: action exitCodes:ContainerRestartRuleOnExitCodes?
VolumeMount: name! readOnly:bool recursiveReadOnly:? mountPath! subPath mountPropagation:? subPathExpr
VolumeDevice: name! devicePath!
ExecAction: command:[]
HTTPHeader: name! value!
HTTPGetAction: path port!:IntOrString host scheme httpHeaders:HTTPHeader[]
TCPSocketAction: port!:IntOrString host
GRPCAction: port!:int32 service!:?
Probe: exec:ExecAction? httpGet:HTTPGetAction? tcpSocket:TCPSocketAction? grpc:GRPCAction? initialDelaySeconds:int32
  timeoutSeconds:int32 periodSeconds:int32 successThreshold:int32 failureThreshold:int32
  terminationGracePeriodSeconds:int64?
SleepAction: seconds!:int64
LifecycleHandler: exec:ExecAction? httpGet:HTTPGetAction? tcpSocket:TCPSocketAction? sleep:SleepAction?
Lifecycle: postStart:LifecycleHandler? preStop:LifecycleHandler? stopSignal:?
Capabilities: add:[] drop:[]
SELinuxOptions: user role type level
WindowsSecurityContextOptions: gmsaCredentialSpecName:? gmsaCredentialSpec:? runAsUserName:? hostProcess:bool?
SeccompProfile: type! localhostProfile:?
AppArmorProfile: type! localhostProfile:?
SecurityContext: capabilities:Capabilities? privileged:bool? seLinuxOptions:SELinuxOptions?
  windowsOptions:WindowsSecurityContextOptions? runAsUser:int64? runAsGroup:int64? runAsNonRoot:bool?
  readOnlyRootFilesystem:bool? allowPrivilegeEscalation:bool? procMount:? seccompProfile:SeccompProfile?
  appArmorProfile:AppArmorProfile?
Container: name! image command:[] args:[] workingDir ports:ContainerPort[]<containerPort,protocol=TCP>~
  envFrom:EnvFromSource[] env:EnvVar[]<name>~ resources:ResourceRequirements resizePolicy:ContainerResizePolicy[]
  restartPolicy:? restartPolicyRules:ContainerRestartRule[] volumeMounts:VolumeMount[]<mountPath>~
  volumeDevices:VolumeDevice[]<devicePath>~ livenessProbe:Probe? readinessProbe:Probe? startupProbe:Probe?
  lifecycle:Lifecycle? terminationMessagePath terminationMessagePolicy imagePullPolicy
  securityContext:SecurityContext? stdin:bool stdinOnce:bool tty:bool
EphemeralContainer: name! image command:[] args:[] workingDir ports:ContainerPort[]<containerPort,protocol=TCP>~
  envFrom:EnvFromSource[] env:EnvVar[]<name>~ resources:ResourceRequirements resizePolicy:ContainerResizePolicy[]
  restartPolicy:? restartPolicyRules:ContainerRestartRule[] volumeMounts:VolumeMount[]<mountPath>~
  volumeDevices:VolumeDevice[]<devicePath>~ livenessProbe:Probe? readinessProbe:Probe? startupProbe:Probe?
  lifecycle:Lifecycle? terminationMessagePath terminationMessagePolicy imagePullPolicy
  securityContext:SecurityContext? stdin:bool stdinOnce:bool tty:bool targetContainerName
Sysctl: name! value!
PodSecurityContext: seLinuxOptions:SELinuxOptions? windowsOptions:WindowsSecurityContextOptions? runAsUser:int64?
  runAsGroup:int64? runAsNonRoot:bool? supplementalGroups:int64[] supplementalGroupsPolicy:? fsGroup:int64?
  sysctls:Sysctl[] fsGroupChangePolicy:? seccompProfile:SeccompProfile? appArmorProfile:AppArmorProfile?
  seLinuxChangePolicy:?
NodeSelectorRequirement: key! operator! values:[]
NodeSelectorTerm<atomic>: matchExpressions:NodeSelectorRequirement[] matchFields:NodeSelectorRequirement[]
NodeSelector<atomic>: nodeSelectorTerms!:NodeSelectorTerm[]
PreferredSchedulingTerm: weight!:int32 preference!:NodeSelectorTerm<atomic>
NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution:NodeSelector?<atomic>
  preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[]
PodAffinityTerm: labelSelector:LabelSelector?<atomic> namespaces:[] topologyKey!
  namespaceSelector:LabelSelector?<atomic> matchLabelKeys:[] mismatchLabelKeys:[]
WeightedPodAffinityTerm: weight!:int32 podAffinityTerm!:PodAffinityTerm
PodAffinity: requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[]
PodAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[]
Affinity: nodeAffinity:NodeAffinity? podAffinity:PodAffinity? podAntiAffinity:PodAntiAffinity?
Toleration: key operator value effect tolerationSeconds:int64?
HostAlias: ip! hostnames:[]
PodDNSConfigOption: name value:?
PodDNSConfig: nameservers:[] searches:[] options:PodDNSConfigOption[]
PodReadinessGate: conditionType!
TopologySpreadConstraint: maxSkew!:int32 topologyKey! whenUnsatisfiable! labelSelector:LabelSelector?<atomic>
  minDomains:int32? nodeAffinityPolicy:? nodeTaintsPolicy:? matchLabelKeys:[]
PodOS: name!
PodSchedulingGate: name!
PodResourceClaim: name! resourceClaimName:? resourceClaimTemplateName:?
PodSchedulingGroup: podGroupName:?
PodSpec: volumes:Volume[]<name>~~retainKeys initContainers:Container[]<name>~ containers!:Container[]<name>~
  ephemeralContainers:EphemeralContainer[]<name>~ restartPolicy terminationGracePeriodSeconds:int64?
  activeDeadlineSeconds:int64? dnsPolicy nodeSelector:{}<atomic> serviceAccountName serviceAccount
  automountServiceAccountToken:bool? nodeName hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace:bool?
  securityContext:PodSecurityContext? imagePullSecrets:LocalObjectReference[]<name=>~ hostname subdomain
  affinity:Affinity? schedulerName tolerations:Toleration[] hostAliases:HostAlias[]<ip>~ priorityClassName
  priority:int32? dnsConfig:PodDNSConfig? readinessGates:PodReadinessGate[] runtimeClassName:?
  enableServiceLinks:bool? preemptionPolicy:? overhead:Quantity{}
  topologySpreadConstraints:TopologySpreadConstraint[]<topologyKey,whenUnsatisfiable>~ setHostnameAsFQDN:bool?
  os:PodOS? hostUsers:bool? schedulingGates:PodSchedulingGate[]<name>~
  resourceClaims:PodResourceClaim[]<name>~~retainKeys resources:ResourceRequirements? hostnameOverride:?
  schedulingGroup:PodSchedulingGroup?
PodTemplateSpec: metadata:ObjectMeta spec:PodSpec
`;
