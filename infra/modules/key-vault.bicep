metadata description = 'The vault, the signing key in it, and the one role on that key.'

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('Name of the signing key.')
@minLength(1)
@maxLength(127)
param keyName string

@description('Keeps the key in a hardware module (premium vault).')
param hardwareKey bool

@description('Reachable through its private endpoint only.')
param privateOnly bool

@description('Principal id of the app, which may sign.')
param appPrincipalId string

@description('Workspace of the audit log.')
param workspaceId string

// Key Vault Crypto User
var cryptoUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '12338af0-0e69-4776-bea7-57ae8d297424'
)

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: hardwareKey ? 'premium' : 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: privateOnly ? 'Deny' : 'Allow'
    }
  }
}

// Made once; a later deployment leaves it alone. New versions are made by hand (docs/key-rotation.md): one that the vault
// made by itself would be a key that Alipay+ does not know, so there is a reminder here and no rotation.
resource key 'Microsoft.KeyVault/vaults/keys@2026-02-01' = {
  parent: vault
  name: keyName
  tags: tags
  properties: {
    kty: hardwareKey ? 'RSA-HSM' : 'RSA'
    keySize: 2048
    keyOps: ['sign', 'verify']
    attributes: { enabled: true, exportable: false }
    rotationPolicy: {
      lifetimeActions: [
        {
          action: { type: 'notify' }
          trigger: { timeBeforeExpiry: 'P30D' }
        }
      ]
    }
  }
}

resource sign 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(key.id, 'app', cryptoUser)
  scope: key
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: cryptoUser
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the vault.')
output id string = vault.id

@description('Address of the vault.')
output uri string = vault.properties.vaultUri
