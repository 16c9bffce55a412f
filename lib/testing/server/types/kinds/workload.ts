/** Kinds that run, scale and protect Pods: the groups apps, batch, autoscaling and policy. In the notation of go_type.ts. */

/** Structs and their fields. */
export const WORKLOAD = `
RollingUpdateDaemonSet: maxUnavailable:IntOrString? maxSurge:IntOrString?
DaemonSetUpdateStrategy: type rollingUpdate:RollingUpdateDaemonSet?
DaemonSetSpec: selector!:LabelSelector?<atomic> template!:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy
  minReadySeconds:int32 revisionHistoryLimit:int32?
DaemonSetCondition: type! status! lastTransitionTime:Time reason message
DaemonSetStatus: currentNumberScheduled!:int32 numberMisscheduled!:int32 desiredNumberScheduled!:int32
  numberReady!:int32 observedGeneration:int64 updatedNumberScheduled:int32 numberAvailable:int32
  numberUnavailable:int32 collisionCount:int32? conditions:DaemonSetCondition[]<type>~
DaemonSet: metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
RollingUpdateDeployment: maxUnavailable:IntOrString? maxSurge:IntOrString?
DeploymentStrategy: type rollingUpdate:RollingUpdateDeployment?
DeploymentSpec: replicas:int32? selector!:LabelSelector?<atomic> template!:PodTemplateSpec
  strategy:DeploymentStrategy~retainKeys minReadySeconds:int32 revisionHistoryLimit:int32? paused:bool
  progressDeadlineSeconds:int32?
DeploymentCondition: type! status! lastUpdateTime:Time lastTransitionTime:Time reason message
DeploymentStatus: observedGeneration:int64 replicas:int32 updatedReplicas:int32 readyReplicas:int32
  availableReplicas:int32 unavailableReplicas:int32 terminatingReplicas:int32? conditions:DeploymentCondition[]<type>~
  collisionCount:int32?
Deployment: metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
ReplicaSetSpec: replicas:int32? minReadySeconds:int32 selector!:LabelSelector?<atomic> template:PodTemplateSpec
ReplicaSetCondition: type! status! lastTransitionTime:Time reason message
ReplicaSetStatus: replicas!:int32 fullyLabeledReplicas:int32 readyReplicas:int32 availableReplicas:int32
  terminatingReplicas:int32? observedGeneration:int64 conditions:ReplicaSetCondition[]<type>~
ReplicaSet: metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
RollingUpdateStatefulSetStrategy: partition:int32? maxUnavailable:IntOrString?
StatefulSetUpdateStrategy: type rollingUpdate:RollingUpdateStatefulSetStrategy?
StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted whenScaled
StatefulSetOrdinals: start!:int32
StatefulSetSpec: replicas:int32? selector!:LabelSelector?<atomic> template!:PodTemplateSpec
  volumeClaimTemplates:PersistentVolumeClaim[] serviceName! podManagementPolicy
  updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:int32? minReadySeconds:int32
  persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy? ordinals:StatefulSetOrdinals?
StatefulSetCondition: type! status! lastTransitionTime:Time reason message
StatefulSetStatus: observedGeneration:int64 replicas!:int32 readyReplicas:int32 currentReplicas:int32
  updatedReplicas:int32 currentRevision updateRevision collisionCount:int32? conditions:StatefulSetCondition[]<type>~
  availableReplicas!:int32
StatefulSet: metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
CrossVersionObjectReference: kind! name! apiVersion
MetricTarget: type! value:Quantity? averageValue:Quantity? averageUtilization:int32?
MetricIdentifier: name! selector:LabelSelector?<atomic>
ObjectMetricSource: describedObject!:CrossVersionObjectReference target!:MetricTarget metric!:MetricIdentifier
PodsMetricSource: metric!:MetricIdentifier target!:MetricTarget
ResourceMetricSource: name! target!:MetricTarget
ContainerResourceMetricSource: name! target!:MetricTarget container!
ExternalMetricSource: metric!:MetricIdentifier target!:MetricTarget
MetricSpec: type! object:ObjectMetricSource? pods:PodsMetricSource? resource:ResourceMetricSource?
  containerResource:ContainerResourceMetricSource? external:ExternalMetricSource?
HPAScalingPolicy: type! value!:int32 periodSeconds!:int32
HPAScalingRules: stabilizationWindowSeconds:int32? selectPolicy:? policies:HPAScalingPolicy[] tolerance:Quantity?
HorizontalPodAutoscalerBehavior: scaleUp:HPAScalingRules? scaleDown:HPAScalingRules?
HorizontalPodAutoscalerSpec: scaleTargetRef!:CrossVersionObjectReference minReplicas:int32? maxReplicas!:int32
  metrics:MetricSpec[] behavior:HorizontalPodAutoscalerBehavior?
MetricValueStatus: value:Quantity? averageValue:Quantity? averageUtilization:int32?
ObjectMetricStatus: metric!:MetricIdentifier current!:MetricValueStatus describedObject!:CrossVersionObjectReference
PodsMetricStatus: metric!:MetricIdentifier current!:MetricValueStatus
ResourceMetricStatus: name! current!:MetricValueStatus
ContainerResourceMetricStatus: name! current!:MetricValueStatus container!
ExternalMetricStatus: metric!:MetricIdentifier current!:MetricValueStatus
MetricStatus: type! object:ObjectMetricStatus? pods:PodsMetricStatus? resource:ResourceMetricStatus?
  containerResource:ContainerResourceMetricStatus? external:ExternalMetricStatus?
HorizontalPodAutoscalerCondition: type! status! lastTransitionTime:Time reason message
HorizontalPodAutoscalerStatus: observedGeneration:int64? lastScaleTime:Time? currentReplicas:int32
  desiredReplicas!:int32 currentMetrics!:MetricStatus[] conditions:HorizontalPodAutoscalerCondition[]<type>~
HorizontalPodAutoscaler: metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec status:HorizontalPodAutoscalerStatus
PodFailurePolicyOnExitCodesRequirement: containerName:? operator! values!:int32[]<set>
PodFailurePolicyOnPodConditionsPattern: type! status!
PodFailurePolicyRule: action! onExitCodes:PodFailurePolicyOnExitCodesRequirement?
  onPodConditions:PodFailurePolicyOnPodConditionsPattern[]
PodFailurePolicy: rules!:PodFailurePolicyRule[]
SuccessPolicyRule: succeededIndexes:? succeededCount:int32?
SuccessPolicy: rules!:SuccessPolicyRule[]
JobSpec: parallelism:int32? completions:int32? activeDeadlineSeconds:int64? podFailurePolicy:PodFailurePolicy?
  successPolicy:SuccessPolicy? backoffLimit:int32? backoffLimitPerIndex:int32? maxFailedIndexes:int32?
  selector:LabelSelector?<atomic> manualSelector:bool? template!:PodTemplateSpec ttlSecondsAfterFinished:int32?
  completionMode:? suspend:bool? podReplacementPolicy:? managedBy:?
JobTemplateSpec: metadata:ObjectMeta spec:JobSpec
CronJobSpec: schedule! timeZone:? startingDeadlineSeconds:int64? concurrencyPolicy suspend:bool?
  jobTemplate!:JobTemplateSpec successfulJobsHistoryLimit:int32? failedJobsHistoryLimit:int32?
CronJobStatus: active:ObjectReference[] lastScheduleTime:Time? lastSuccessfulTime:Time?
CronJob: metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
JobCondition: type! status! lastProbeTime:Time lastTransitionTime:Time reason message
UncountedTerminatedPods: succeeded:[]<set> failed:[]<set>
JobStatus: conditions:JobCondition[]~type startTime:Time? completionTime:Time? active:int32 succeeded:int32
  failed:int32 terminating:int32? completedIndexes failedIndexes:? uncountedTerminatedPods:UncountedTerminatedPods?
  ready:int32?
Job: metadata:ObjectMeta spec:JobSpec status:JobStatus
PodDisruptionBudgetSpec: minAvailable:IntOrString? selector:LabelSelector?<atomic>~replace maxUnavailable:IntOrString?
  unhealthyPodEvictionPolicy:?
PodDisruptionBudgetStatus: observedGeneration:int64 disruptedPods:Time{} disruptionsAllowed!:int32
  currentHealthy!:int32 desiredHealthy!:int32 expectedPods!:int32 conditions:Condition[]<type>~
PodDisruptionBudget: metadata:ObjectMeta spec:PodDisruptionBudgetSpec status:PodDisruptionBudgetStatus
`;
