/** The kinds of the core group, Events and Leases. In the notation of go_type.ts. */

/** Structs and their fields. */
export const CORE = `
ConfigMap: metadata:ObjectMeta immutable:bool? data:{} binaryData:bytes{}
ObjectReference<atomic>: kind namespace name uid apiVersion resourceVersion fieldPath
EventSource: component host
EventSeries: count:int32 lastObservedTime:MicroTime
Event: metadata!:ObjectMeta involvedObject!:ObjectReference<atomic> reason message source:EventSource
  firstTimestamp:Time lastTimestamp:Time count:int32 type eventTime:MicroTime series:EventSeries? action
  related:ObjectReference?<atomic> reportingComponent! reportingInstance!
NamespaceSpec: finalizers:[]
NamespaceCondition: type! status! lastTransitionTime:Time reason message
NamespaceStatus: phase conditions:NamespaceCondition[]<type>~
Namespace: metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
Taint: key! value effect! timeAdded:Time?
ConfigMapNodeConfigSource: namespace! name! uid resourceVersion kubeletConfigKey!
NodeConfigSource: configMap:ConfigMapNodeConfigSource?
NodeSpec: podCIDR podCIDRs:[]<set>~ providerID unschedulable:bool taints:Taint[] configSource:NodeConfigSource?
  externalID
NodeCondition: type! status! lastHeartbeatTime:Time lastTransitionTime:Time reason message
NodeAddress: type! address!
DaemonEndpoint: Port!:int32
NodeDaemonEndpoints: kubeletEndpoint:DaemonEndpoint
NodeSwapStatus: capacity:int64?
NodeSystemInfo: machineID! systemUUID! bootID! kernelVersion! osImage! containerRuntimeVersion! kubeletVersion!
  kubeProxyVersion! operatingSystem! architecture! swap:NodeSwapStatus?
ContainerImage: names!:[] sizeBytes:int64
AttachedVolume: name! devicePath!
NodeConfigStatus: assigned:NodeConfigSource? active:NodeConfigSource? lastKnownGood:NodeConfigSource? error
NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts:bool? userNamespaces:bool?
NodeRuntimeHandler: name! features:NodeRuntimeHandlerFeatures?
NodeFeatures: supplementalGroupsPolicy:bool?
NodeStatus: capacity:Quantity{} allocatable:Quantity{} phase conditions:NodeCondition[]<type>~
  addresses:NodeAddress[]<type>~ daemonEndpoints:NodeDaemonEndpoints nodeInfo:NodeSystemInfo images:ContainerImage[]
  volumesInUse:[] volumesAttached:AttachedVolume[] config:NodeConfigStatus? runtimeHandlers:NodeRuntimeHandler[]
  features:NodeFeatures? declaredFeatures:[]
Node: metadata:ObjectMeta spec:NodeSpec status:NodeStatus
VolumeResourceRequirements: limits:Quantity{} requests:Quantity{}
TypedLocalObjectReference<atomic>: apiGroup!:? kind! name!
TypedObjectReference: apiGroup!:? kind! name! namespace:?
PersistentVolumeClaimSpec: accessModes:[] selector:LabelSelector?<atomic> resources:VolumeResourceRequirements
  volumeName storageClassName:? volumeMode:? dataSource:TypedLocalObjectReference?<atomic>
  dataSourceRef:TypedObjectReference? volumeAttributesClassName:?
PersistentVolumeClaimCondition: type! status! lastProbeTime:Time lastTransitionTime:Time reason message
ModifyVolumeStatus: targetVolumeAttributesClassName status!
PersistentVolumeClaimStatus: phase accessModes:[] capacity:Quantity{}
  conditions:PersistentVolumeClaimCondition[]<type>~ allocatedResources:Quantity{} allocatedResourceStatuses:{}
  currentVolumeAttributesClassName:? modifyVolumeStatus:ModifyVolumeStatus?
PersistentVolumeClaim: kind apiVersion metadata:ObjectMeta spec:PersistentVolumeClaimSpec
  status:PersistentVolumeClaimStatus
PersistentVolumeClaimVolumeSource: claimName! readOnly:bool
PersistentVolumeClaimTemplate: metadata:ObjectMeta spec!:PersistentVolumeClaimSpec
PodCondition: type! observedGeneration:int64 status! lastProbeTime:Time lastTransitionTime:Time reason message
HostIP: ip!
PodIP: ip!
ContainerStateWaiting: reason message
ContainerStateRunning: startedAt:Time
ContainerStateTerminated: exitCode!:int32 signal:int32 reason message startedAt:Time finishedAt:Time containerID
ContainerState: waiting:ContainerStateWaiting? running:ContainerStateRunning? terminated:ContainerStateTerminated?
ImageVolumeStatus: imageRef
VolumeStatus: image:ImageVolumeStatus?
VolumeMountStatus: name! mountPath! readOnly:bool recursiveReadOnly:? volumeStatus:VolumeStatus?
LinuxContainerUser: uid!:int64 gid!:int64 supplementalGroups:int64[]
ContainerUser: linux:LinuxContainerUser?
ResourceHealth: resourceID! health message:?
ResourceStatus: name! resources:ResourceHealth[]<resourceID>
ContainerStatus: name! state:ContainerState lastState:ContainerState ready!:bool restartCount!:int32 image! imageID!
  containerID started:bool? allocatedResources:Quantity{} resources:ResourceRequirements?
  volumeMounts:VolumeMountStatus[]<mountPath>~ user:ContainerUser? allocatedResourcesStatus:ResourceStatus[]<name>~
  stopSignal:?
PodResourceClaimStatus: name! resourceClaimName:?
ContainerExtendedResourceRequest: containerName! resourceName! requestName!
PodExtendedResourceClaimStatus: requestMappings!:ContainerExtendedResourceRequest[] resourceClaimName!
NodeAllocatableResourceClaimStatus: resourceClaimName! containers:[]<set> resources!:Quantity{}
PodStatus: observedGeneration:int64 phase conditions:PodCondition[]<type>~ message reason nominatedNodeName hostIP
  hostIPs:HostIP[]~ip podIP podIPs:PodIP[]<ip>~ startTime:Time? initContainerStatuses:ContainerStatus[]
  containerStatuses:ContainerStatus[] qosClass ephemeralContainerStatuses:ContainerStatus[] resize
  resourceClaimStatuses:PodResourceClaimStatus[]<name>~~retainKeys
  extendedResourceClaimStatus:PodExtendedResourceClaimStatus? allocatedResources:Quantity{}
  resources:ResourceRequirements? nodeAllocatableResourceClaimStatuses:NodeAllocatableResourceClaimStatus[]
Pod: metadata:ObjectMeta spec:PodSpec status:PodStatus
Secret: metadata:ObjectMeta immutable:bool? data:bytes{} stringData:{} type
ServiceAccount: metadata:ObjectMeta secrets:ObjectReference[]<name>~ imagePullSecrets:LocalObjectReference[]
  automountServiceAccountToken:bool?
ServicePort: name protocol appProtocol:? port!:int32 targetPort:IntOrString nodePort:int32
ClientIPConfig: timeoutSeconds:int32?
SessionAffinityConfig: clientIP:ClientIPConfig?
ServiceSpec: ports:ServicePort[]<port,protocol=TCP>~ selector:{}<atomic> clusterIP clusterIPs:[] type externalIPs:[]
  sessionAffinity loadBalancerIP loadBalancerSourceRanges:[] externalName externalTrafficPolicy
  healthCheckNodePort:int32 publishNotReadyAddresses:bool sessionAffinityConfig:SessionAffinityConfig? ipFamilies:[]
  ipFamilyPolicy:? allocateLoadBalancerNodePorts:bool? loadBalancerClass:? internalTrafficPolicy:?
  trafficDistribution:?
PortStatus: port!:int32 protocol! error:?
LoadBalancerIngress: ip hostname ipMode:? ports:PortStatus[]
LoadBalancerStatus: ingress:LoadBalancerIngress[]
ServiceStatus: loadBalancer:LoadBalancerStatus conditions:Condition[]<type>~
Service: metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
LeaseSpec: holderIdentity:? leaseDurationSeconds:int32? acquireTime:MicroTime? renewTime:MicroTime?
  leaseTransitions:int32? strategy:? preferredHolder:?
Lease: metadata:ObjectMeta spec:LeaseSpec
NewEventSeries: count!:int32 lastObservedTime!:MicroTime
NewEvent: metadata!:ObjectMeta eventTime!:MicroTime series:NewEventSeries? reportingController reportingInstance
  action reason regarding:ObjectReference<atomic> related:ObjectReference?<atomic> note type
  deprecatedSource:EventSource deprecatedFirstTimestamp:Time deprecatedLastTimestamp:Time deprecatedCount:int32
TopologySelectorLabelRequirement: key! values!:[]
TopologySelectorTerm<atomic>: matchLabelExpressions:TopologySelectorLabelRequirement[]
`;
