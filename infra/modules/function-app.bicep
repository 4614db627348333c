metadata description = 'The function app on Flex Consumption, its settings, and who may call it.'

@export()
@description('What the app reads of Alipay+.')
type alipayPlusSettings = {
  @description('Address of the gateway, without a path.')
  @maxLength(200)
  baseUrl: string

  @description('Our client id there.')
  @maxLength(200)
  clientId: string

  @description('The number that Alipay+ knows our public key by.')
  @maxLength(9)
  keyVersion: string

  @description('Alipay+\'s public keys, by their version.')
  publicKeys: object
}

param location string
param tags object
param namePrefix string
@minLength(2)
@maxLength(60)
param appName string
param identityId string
param identityClientId string
param storageAccountName string
param packageContainer string
param queueAddress string
param notificationsQueue string
param outcomesQueue string
@minLength(3)
@maxLength(45)
param taskHub string
param signingKeyUri string
param signingKeyName string
param alipayPlus alipayPlusSettings
param overrides object
param operationsClientId string
param operatorCidrs string[]
param applicationInsightsConnectionString string
param alwaysReadyInstances int
param maximumInstanceCount int
param instanceMemoryMB int
param zoneRedundant bool
param subnetId string?

var usesEntra = !empty(operationsClientId)

var settings = union(
  {
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    PaymentsStorage__queueServiceUri: queueAddress
    PaymentsStorage__credential: 'managedidentity'
    PaymentsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    TaskHub: taskHub
    NotificationsQueue: notificationsQueue
    OutcomesQueue: outcomesQueue
    AlipayPlus__BaseUrl: alipayPlus.baseUrl
    AlipayPlus__ClientId: alipayPlus.clientId
    AlipayPlus__KeyVersion: alipayPlus.keyVersion
    KeyVault__Uri: split(signingKeyUri, '/keys/')[0]
    KeyVault__KeyName: signingKeyName
    KeyVault__KeyVersion: last(split(signingKeyUri, '/'))
    KeyVault__Credential: 'managedidentity'
    KeyVault__ClientId: identityClientId
    Operations__Authentication: usesEntra ? 'entra' : 'keys'
  },
  toObject(items(alipayPlus.publicKeys), key => 'AlipayPlus__PublicKeys__${key.key}', key => key.value),
  overrides
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${namePrefix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  // azd finds the app by this tag.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      appSettings: [for setting in items(settings): { name: setting.key, value: string(setting.value) }]
      // Payments come by the queue; HTTP is for operators and the availability test. The deployment's own side stays open to
      // whoever has the role.
      ipSecurityRestrictionsDefaultAction: empty(operatorCidrs) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: empty(operatorCidrs)
        ? []
        : concat(
            [
              {
                name: 'availability test'
                tag: 'ServiceTag'
                ipAddress: 'ApplicationInsightsAvailability'
                action: 'Allow'
                priority: 100
              }
            ],
            map(operatorCidrs, (cidr, index) => {
              name: 'operators ${index}'
              ipAddress: cidr
              action: 'Allow'
              priority: 200 + index
            })
          )
      scmIpSecurityRestrictionsUseMain: false
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${storageAccountName}.blob.${environment().suffixes.storage}/${packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        // A queue trigger scales in a group of its own: without the second entry the first message after a pause would wait
        // for a cold start.
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [
              { name: 'durable', instanceCount: alwaysReadyInstances }
              { name: 'function:Intake', instanceCount: alwaysReadyInstances }
            ]
      }
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  // The platform tells the app who calls; the app then looks for the roles Reader and Operator. What tells nothing stays open:
  // health for the availability test, the page's files, which ask for a sign-in by themselves.
  resource authentication 'config' = if (usesEntra) {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true, runtimeVersion: '~1' }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        excludedPaths: ['/api/health', '/api/health/*', '/api/ui', '/api/ui/*']
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: operationsClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${subscription().tenantId}/v2.0'
          }
          validation: { allowedAudiences: [operationsClientId, 'api://${operationsClientId}'] }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }
}

output name string = app.name
output address string = 'https://${app.properties.defaultHostName}'
