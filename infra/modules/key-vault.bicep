metadata description = 'The vault, the signing key in it and the one that comes next, and the app\'s role on these keys alone.'

param location string
param tags object
@minLength(3)
@maxLength(24)
param vaultName string
param keyNames string[]
param hardwareKey bool
@description('When a key that is made now ends, in seconds since 1970.')
param keyExpires int
param privateOnly bool
param protect bool
param appPrincipalId string
@description('Who may read public keys.')
param readers { principalId: string, principalType: string }[]
param workspaceId string

// Key Vault Crypto User, Key Vault Reader
var cryptoUser = '12338af0-0e69-4776-bea7-57ae8d297424'
var reader = '21090545-7ca7-4776-b22c-e363652d74d2'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: hardwareKey ? 'premium' : 'standard' }
    enableRbacAuthorization: true
    // Once on it stays, and the name is taken for the retention; null and not false, which the service refuses.
    enablePurgeProtection: protect ? true : null
    softDeleteRetentionInDays: protect ? 90 : 7
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'None', defaultAction: privateOnly ? 'Deny' : 'Allow' }
  }
}

// Made once; a later deployment leaves a key that is there as it is, its end included. No version is ever made by itself: it
// would be a key that Alipay+ does not know.
resource keys 'Microsoft.KeyVault/vaults/keys@2026-02-01' = [
  for name in keyNames: {
    parent: vault
    name: name
    tags: tags
    properties: {
      kty: hardwareKey ? 'RSA-HSM' : 'RSA'
      keySize: 2048
      keyOps: ['sign', 'verify']
      attributes: { enabled: true, exportable: false, exp: keyExpires }
    }
  }
]

resource sign 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in keyNames: {
    name: guid(keys[index].id, appPrincipalId, cryptoUser)
    scope: keys[index]
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', cryptoUser)
    }
  }
]

// Each reader on each key.
resource read 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for index in range(0, length(readers) * length(keyNames)): {
    name: guid(keys[index % length(keyNames)].id, readers[index / length(keyNames)].principalId, reader)
    scope: keys[index % length(keyNames)]
    properties: {
      principalId: readers[index / length(keyNames)].principalId
      principalType: readers[index / length(keyNames)].principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
    }
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protect) {
  name: 'keep'
  scope: vault
  properties: { level: 'CanNotDelete', notes: 'Without the signing key nothing can be sent.' }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
output keyUris string[] = [for (name, index) in keyNames: keys[index].properties.keyUriWithVersion]
