/** Metadata, selectors and conditions, which all kinds share. In the notation of go_type.ts. */

/** Structs and their fields. */
export const META = `
OwnerReference<atomic>: apiVersion! kind! name! uid! controller:bool? blockOwnerDeletion:bool?
ManagedFieldsEntry: manager operation apiVersion time:Time? fieldsType fieldsV1:any? subresource
ObjectMeta: name generateName namespace selfLink uid resourceVersion generation:int64 creationTimestamp-:Time
  deletionTimestamp:Time? deletionGracePeriodSeconds:int64? labels:{} annotations:{}
  ownerReferences:OwnerReference[]<uid>~ finalizers:[]<set>~ managedFields:ManagedFieldsEntry[]
LabelSelectorRequirement: key! operator! values:[]
LabelSelector<atomic>: matchLabels:{} matchExpressions:LabelSelectorRequirement[]
Condition: type! status! observedGeneration:int64 lastTransitionTime!:Time reason! message!
`;
