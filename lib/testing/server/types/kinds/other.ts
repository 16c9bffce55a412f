/** Networking, roles and storage. In the notation of go_type.ts. */

/** Structs and their fields. */
export const OTHER = `
EndpointConditions: ready:bool? serving:bool? terminating:bool?
ForZone: name!
ForNode: name!
EndpointHints: forZones:ForZone[] forNodes:ForNode[]
Endpoint: addresses!:[]<set> conditions:EndpointConditions hostname:? targetRef:ObjectReference?<atomic>
  deprecatedTopology:{} nodeName:? zone:? hints:EndpointHints?
EndpointPort<atomic>: name:? protocol:? port:int32? appProtocol:?
EndpointSlice: metadata:ObjectMeta addressType! endpoints!:Endpoint[] ports!:EndpointPort[]
ServiceBackendPort<atomic>: name number:int32
IngressServiceBackend: name! port:ServiceBackendPort<atomic>
IngressBackend: service:IngressServiceBackend? resource:TypedLocalObjectReference?<atomic>
IngressTLS: hosts:[] secretName
HTTPIngressPath: path pathType!:? backend!:IngressBackend
HTTPIngressRuleValue: paths!:HTTPIngressPath[]
IngressRule: host http:HTTPIngressRuleValue?
IngressSpec: ingressClassName:? defaultBackend:IngressBackend? tls:IngressTLS[] rules:IngressRule[]
IngressPortStatus: port!:int32 protocol! error:?
IngressLoadBalancerIngress: ip hostname ports:IngressPortStatus[]
IngressLoadBalancerStatus: ingress:IngressLoadBalancerIngress[]
IngressStatus: loadBalancer:IngressLoadBalancerStatus
Ingress: metadata:ObjectMeta spec:IngressSpec status:IngressStatus
NetworkPolicyPort: protocol:? port:IntOrString? endPort:int32?
IPBlock: cidr! except:[]
NetworkPolicyPeer: podSelector:LabelSelector?<atomic> namespaceSelector:LabelSelector?<atomic> ipBlock:IPBlock?
NetworkPolicyIngressRule: ports:NetworkPolicyPort[] from:NetworkPolicyPeer[]
NetworkPolicyEgressRule: ports:NetworkPolicyPort[] to:NetworkPolicyPeer[]
NetworkPolicySpec: podSelector!:LabelSelector<atomic> ingress:NetworkPolicyIngressRule[]
  egress:NetworkPolicyEgressRule[] policyTypes:[]
NetworkPolicy: metadata:ObjectMeta spec:NetworkPolicySpec
Subject<atomic>: kind! apiGroup name! namespace
RoleRef<atomic>: apiGroup! kind! name!
ClusterRoleBinding: metadata:ObjectMeta subjects:Subject[] roleRef!:RoleRef<atomic>
PolicyRule: verbs!:[] apiGroups:[] resources:[] resourceNames:[] nonResourceURLs:[]
AggregationRule: clusterRoleSelectors:LabelSelector[]
ClusterRole: metadata:ObjectMeta rules!:PolicyRule[] aggregationRule:AggregationRule?
RoleBinding: metadata:ObjectMeta subjects:Subject[] roleRef!:RoleRef<atomic>
Role: metadata:ObjectMeta rules!:PolicyRule[]
StorageClass: metadata:ObjectMeta provisioner! parameters:{} reclaimPolicy:? mountOptions:[]
  allowVolumeExpansion:bool? volumeBindingMode:? allowedTopologies:TopologySelectorTerm[]
`;
