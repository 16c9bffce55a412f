/** CustomResourceDefinitions. In the notation of go_type.ts. */

/** Structs and their fields. */
export const DEFINITION = `
CustomResourceDefinitionNames: plural! singular shortNames:[] kind! listKind categories:[]
CustomResourceValidation: openAPIV3Schema:any?
CustomResourceSubresourceScale: specReplicasPath! statusReplicasPath! labelSelectorPath:?
CustomResourceSubresources: status:any? scale:CustomResourceSubresourceScale?
CustomResourceColumnDefinition: name! type! format description priority:int32 jsonPath!
SelectableField: jsonPath!
CustomResourceDefinitionVersion: name! served!:bool storage!:bool deprecated:bool deprecationWarning:?
  schema:CustomResourceValidation? subresources:CustomResourceSubresources?
  additionalPrinterColumns:CustomResourceColumnDefinition[] selectableFields:SelectableField[]
ServiceReference: namespace! name! path:? port:int32?
WebhookClientConfig: url:? service:ServiceReference? caBundle:bytes
WebhookConversion: clientConfig:WebhookClientConfig? conversionReviewVersions!:[]
CustomResourceConversion: strategy! webhook:WebhookConversion?
CustomResourceDefinitionSpec: group! names!:CustomResourceDefinitionNames scope!
  versions!:CustomResourceDefinitionVersion[] conversion:CustomResourceConversion? preserveUnknownFields:bool
CustomResourceDefinitionCondition: type! status! lastTransitionTime:Time reason message observedGeneration:int64
CustomResourceDefinitionStatus: conditions!:CustomResourceDefinitionCondition[]<type>
  acceptedNames!:CustomResourceDefinitionNames storedVersions!:[] observedGeneration:int64
CustomResourceDefinition: metadata:ObjectMeta spec!:CustomResourceDefinitionSpec status:CustomResourceDefinitionStatus
`;
