metadata description = 'The identity that the function app has everywhere.'

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Start of every name.')
param namePrefix string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${namePrefix}'
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('What connections and tokens name.')
output clientId string = identity.properties.clientId

@description('What roles are given to.')
output principalId string = identity.properties.principalId
