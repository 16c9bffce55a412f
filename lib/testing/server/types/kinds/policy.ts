/** Limits, quotas, priorities and volumes of the cluster. In the notation of go_type.ts. */

/** Structs and their fields. */
export const POLICY = `
LimitRangeItem: type! max:Quantity{} min:Quantity{} default:Quantity{} defaultRequest:Quantity{}
  maxLimitRequestRatio:Quantity{}
LimitRangeSpec: limits!:LimitRangeItem[]
LimitRange: metadata:ObjectMeta spec:LimitRangeSpec
ScopedResourceSelectorRequirement: scopeName! operator! values:[]
ScopeSelector<atomic>: matchExpressions:ScopedResourceSelectorRequirement[]
ResourceQuotaSpec: hard:Quantity{} scopes:[] scopeSelector:ScopeSelector?<atomic>
ResourceQuotaStatus: hard:Quantity{} used:Quantity{}
ResourceQuota: metadata:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
PriorityClass: metadata:ObjectMeta value!:int32 globalDefault:bool description preemptionPolicy:?
SecretReference<atomic>: name namespace
GlusterfsPersistentVolumeSource: endpoints! path! readOnly:bool endpointsNamespace:?
RBDPersistentVolumeSource: monitors!:[] image! fsType pool user keyring secretRef:SecretReference?<atomic> readOnly:bool
ISCSIPersistentVolumeSource: targetPortal! iqn! lun!:int32 iscsiInterface fsType readOnly:bool portals:[]
  chapAuthDiscovery:bool chapAuthSession:bool secretRef:SecretReference?<atomic> initiatorName:?
CinderPersistentVolumeSource: volumeID! fsType readOnly:bool secretRef:SecretReference?<atomic>
CephFSPersistentVolumeSource: monitors!:[] path user secretFile secretRef:SecretReference?<atomic> readOnly:bool
FlexPersistentVolumeSource: driver! fsType secretRef:SecretReference?<atomic> readOnly:bool options:{}
AzureFilePersistentVolumeSource: secretName! shareName! readOnly:bool secretNamespace!:?
ScaleIOPersistentVolumeSource: gateway! system! secretRef!:SecretReference?<atomic> sslEnabled:bool protectionDomain
  storagePool storageMode volumeName fsType readOnly:bool
LocalVolumeSource: path! fsType:?
StorageOSPersistentVolumeSource: volumeName volumeNamespace fsType readOnly:bool secretRef:ObjectReference?<atomic>
CSIPersistentVolumeSource: driver! volumeHandle! readOnly:bool fsType volumeAttributes:{}
  controllerPublishSecretRef:SecretReference?<atomic> nodeStageSecretRef:SecretReference?<atomic>
  nodePublishSecretRef:SecretReference?<atomic> controllerExpandSecretRef:SecretReference?<atomic>
  nodeExpandSecretRef:SecretReference?<atomic>
VolumeNodeAffinity: required:NodeSelector?<atomic>
PersistentVolumeSpec: capacity:Quantity{} gcePersistentDisk:GCEPersistentDiskVolumeSource?
  awsElasticBlockStore:AWSElasticBlockStoreVolumeSource? hostPath:HostPathVolumeSource?
  glusterfs:GlusterfsPersistentVolumeSource? nfs:NFSVolumeSource? rbd:RBDPersistentVolumeSource?
  iscsi:ISCSIPersistentVolumeSource? cinder:CinderPersistentVolumeSource? cephfs:CephFSPersistentVolumeSource?
  fc:FCVolumeSource? flocker:FlockerVolumeSource? flexVolume:FlexPersistentVolumeSource?
  azureFile:AzureFilePersistentVolumeSource? vsphereVolume:VsphereVirtualDiskVolumeSource? quobyte:QuobyteVolumeSource?
  azureDisk:AzureDiskVolumeSource? photonPersistentDisk:PhotonPersistentDiskVolumeSource?
  portworxVolume:PortworxVolumeSource? scaleIO:ScaleIOPersistentVolumeSource? local:LocalVolumeSource?
  storageos:StorageOSPersistentVolumeSource? csi:CSIPersistentVolumeSource? accessModes:[]
  claimRef:ObjectReference? persistentVolumeReclaimPolicy storageClassName mountOptions:[] volumeMode:?
  nodeAffinity:VolumeNodeAffinity? volumeAttributesClassName:?
PersistentVolumeStatus: phase message reason lastPhaseTransitionTime:Time?
PersistentVolume: metadata:ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
`;
