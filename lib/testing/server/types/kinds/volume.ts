/** The volumes of Pods. In the notation of go_type.ts. */

/** Structs and their fields. */
export const VOLUME = `
HostPathVolumeSource: path! type:?
EmptyDirVolumeSource: medium sizeLimit:Quantity?
GCEPersistentDiskVolumeSource: pdName! fsType partition:int32 readOnly:bool
AWSElasticBlockStoreVolumeSource: volumeID! fsType partition:int32 readOnly:bool
GitRepoVolumeSource: repository! revision directory
KeyToPath: key! path! mode:int32?
SecretVolumeSource: secretName items:KeyToPath[] defaultMode:int32? optional:bool?
NFSVolumeSource: server! path! readOnly:bool
ISCSIVolumeSource: targetPortal! iqn! lun!:int32 iscsiInterface fsType readOnly:bool portals:[] chapAuthDiscovery:bool
  chapAuthSession:bool secretRef:LocalObjectReference?<atomic> initiatorName:?
GlusterfsVolumeSource: endpoints! path! readOnly:bool
RBDVolumeSource: monitors!:[] image! fsType pool user keyring secretRef:LocalObjectReference?<atomic> readOnly:bool
FlexVolumeSource: driver! fsType secretRef:LocalObjectReference?<atomic> readOnly:bool options:{}
CinderVolumeSource: volumeID! fsType readOnly:bool secretRef:LocalObjectReference?<atomic>
CephFSVolumeSource: monitors!:[] path user secretFile secretRef:LocalObjectReference?<atomic> readOnly:bool
FlockerVolumeSource: datasetName datasetUUID
ObjectFieldSelector<atomic>: apiVersion fieldPath!
ResourceFieldSelector<atomic>: containerName resource! divisor:Quantity
DownwardAPIVolumeFile: path! fieldRef:ObjectFieldSelector?<atomic> resourceFieldRef:ResourceFieldSelector?<atomic>
  mode:int32?
DownwardAPIVolumeSource: items:DownwardAPIVolumeFile[] defaultMode:int32?
FCVolumeSource: targetWWNs:[] lun:int32? fsType readOnly:bool wwids:[]
AzureFileVolumeSource: secretName! shareName! readOnly:bool
ConfigMapVolumeSource: name items:KeyToPath[] defaultMode:int32? optional:bool?
VsphereVirtualDiskVolumeSource: volumePath! fsType storagePolicyName storagePolicyID
QuobyteVolumeSource: registry! volume! readOnly:bool user group tenant
AzureDiskVolumeSource: diskName! diskURI! cachingMode:? fsType:? readOnly:bool? kind:?
PhotonPersistentDiskVolumeSource: pdID! fsType
SecretProjection: name items:KeyToPath[] optional:bool?
DownwardAPIProjection: items:DownwardAPIVolumeFile[]
ConfigMapProjection: name items:KeyToPath[] optional:bool?
ServiceAccountTokenProjection: audience expirationSeconds:int64? path!
ClusterTrustBundleProjection: name:? signerName:? labelSelector:LabelSelector?<atomic> optional:bool? path!
PodCertificateProjection: signerName keyType maxExpirationSeconds:int32? credentialBundlePath keyPath
  certificateChainPath userAnnotations:{}
VolumeProjection: secret:SecretProjection? downwardAPI:DownwardAPIProjection? configMap:ConfigMapProjection?
  serviceAccountToken:ServiceAccountTokenProjection? clusterTrustBundle:ClusterTrustBundleProjection?
  podCertificate:PodCertificateProjection?
ProjectedVolumeSource: sources!:VolumeProjection[] defaultMode:int32?
PortworxVolumeSource: volumeID! fsType readOnly:bool
ScaleIOVolumeSource: gateway! system! secretRef!:LocalObjectReference?<atomic> sslEnabled:bool protectionDomain
  storagePool storageMode volumeName fsType readOnly:bool
StorageOSVolumeSource: volumeName volumeNamespace fsType readOnly:bool secretRef:LocalObjectReference?<atomic>
CSIVolumeSource: driver! readOnly:bool? fsType:? volumeAttributes:{}
  nodePublishSecretRef:LocalObjectReference?<atomic>
EphemeralVolumeSource: volumeClaimTemplate:PersistentVolumeClaimTemplate?
ImageVolumeSource: reference pullPolicy
Volume: name! hostPath:HostPathVolumeSource? emptyDir:EmptyDirVolumeSource?
  gcePersistentDisk:GCEPersistentDiskVolumeSource? awsElasticBlockStore:AWSElasticBlockStoreVolumeSource?
  gitRepo:GitRepoVolumeSource? secret:SecretVolumeSource? nfs:NFSVolumeSource? iscsi:ISCSIVolumeSource?
  glusterfs:GlusterfsVolumeSource? persistentVolumeClaim:PersistentVolumeClaimVolumeSource? rbd:RBDVolumeSource?
  flexVolume:FlexVolumeSource? cinder:CinderVolumeSource? cephfs:CephFSVolumeSource? flocker:FlockerVolumeSource?
  downwardAPI:DownwardAPIVolumeSource? fc:FCVolumeSource? azureFile:AzureFileVolumeSource?
  configMap:ConfigMapVolumeSource? vsphereVolume:VsphereVirtualDiskVolumeSource? quobyte:QuobyteVolumeSource?
  azureDisk:AzureDiskVolumeSource? photonPersistentDisk:PhotonPersistentDiskVolumeSource?
  projected:ProjectedVolumeSource? portworxVolume:PortworxVolumeSource? scaleIO:ScaleIOVolumeSource?
  storageos:StorageOSVolumeSource? csi:CSIVolumeSource? ephemeral:EphemeralVolumeSource? image:ImageVolumeSource?
`;
