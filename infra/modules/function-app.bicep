metadata description = 'The function app on Flex Consumption.'

@export()
@description('What the app reads of Alipay+ and how it calls it.')
type alipayPlusSettings = {
  @description('Address of the gateway, without a path.')
  @minLength(9)
  @maxLength(200)
  baseUrl: string

  @description('Our client id.')
  @minLength(1)
  @maxLength(128)
  clientId: string

  @description('The version that Alipay+ knows our public key by; it changes together with signingKeyVersion.')
  @minLength(1)
  @maxLength(16)
  keyVersion: string

  @description('The public keys of Alipay+ by version: public, so they are plain settings.')
  publicKeys: { *: string }
}

@export()
@description('Settings that differ from the defaults of docs/configuration.md, by their environment names.')
type appSettingOverrides = {
  AlipayPlus__RequestTimeout: string?
  AlipayPlus__KeyExpiresOn: string?
  Delivery__Jitter: string?
  Delivery__LimiterWait: string?
  Delivery__PostponeBase: string?
  Delivery__PostponeCap: string?
  Delivery__PostponeLimit: string?
  Delivery__SetupFloor: string?
  Delivery__SlowDownCeiling: string?
  Delivery__SlowDownFloor: string?
  Overload__BreakerFailureShare: string?
  Overload__BreakerMinPayments: string?
  Overload__BreakerMinSends: string?
  Overload__BreakerPause: string?
  Overload__BreakerWindow: string?
  Overload__LimiterPatience: string?
  Overload__MaxConcurrentSends: string?
  Overload__MaxSendsPerSecond: string?
  PoisonDrain__LongestPause: string?
  PoisonDrain__MaxMessages: string?
  PoisonDrain__MaxTries: string?
  Queues__OutcomeEncoding: ('none' | 'base64')?
  Retention__Claims: string?
  Retention__History: string?
  Storage__QuarantineContainer: string?
  Storage__Table: string?
}

@export()
@description('An always-ready group: durable, http, or function:NAME.')
type alwaysReadyGroup = {
  @minLength(4)
  @maxLength(140)
  name: string

  @minValue(1)
  @maxValue(100)
  instanceCount: int
}

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Start of every name.')
param namePrefix string

@description('Name of the app.')
@minLength(2)
@maxLength(60)
param appName string

@description('Resource id of the app\'s identity.')
param identityId string

@description('Client id of the app\'s identity.')
param identityClientId string

@description('Name of the storage account of host and Durable.')
param storageAccountName string

@description('Name of the account of the payment queues.')
param paymentsAccountName string

@description('Container that the app is deployed from.')
param packageContainer string

@description('Name of the task hub.')
@minLength(3)
@maxLength(45)
param taskHub string

@description('Queue in.')
param notificationsQueue string

@description('Queue out.')
param outcomesQueue string

@description('Address of the vault.')
param vaultUri string

@description('Name of the signing key.')
param signingKeyName string

@description('The vault\'s version of the key; empty until there is one that Alipay+ knows.')
param signingKeyVersion string

@description('What the app reads of Alipay+.')
param alipayPlus alipayPlusSettings

@description('The retry schedule; empty for the default.')
param retryDelays string[]

@description('Settings that differ from their defaults.')
param overrides appSettingOverrides

@description('How operators are known.')
@allowed(['keys', 'entra'])
param operationsAuthentication string

@description('Application (client) id of the operators\' API in Entra ID; only for entra.')
param operationsClientId string

@description('Where telemetry goes.')
param applicationInsightsConnectionString string

@description('Always-ready groups; empty lets the app scale to nothing.')
param alwaysReady alwaysReadyGroup[]

@description('The most instances.')
param maximumInstanceCount int

@description('Memory of an instance.')
param instanceMemoryMB int

@description('Subnet that the app joins; empty for none.')
param subnetId string

@description('Workspace of the diagnostic settings.')
param workspaceId string

var storageSuffix = environment().suffixes.storage

// Two steps, so that what is known before the deployment can be looked at and compared without it: a marker stands
// where a value is known only then.
var clientIdMarker = '<client-id>'
var telemetryMarker = '<telemetry>'
var vaultMarker = '<vault>'

var settings = union(
  {
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientIdMarker
    PaymentsStorage__queueServiceUri: 'https://${paymentsAccountName}.queue.${storageSuffix}'
    PaymentsStorage__credential: 'managedidentity'
    PaymentsStorage__clientId: clientIdMarker
    APPLICATIONINSIGHTS_CONNECTION_STRING: telemetryMarker
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientIdMarker};Authorization=AAD'
    TaskHub: taskHub
    Queues__Notifications: notificationsQueue
    Queues__Outcomes: outcomesQueue
    AlipayPlus__BaseUrl: alipayPlus.baseUrl
    AlipayPlus__ClientId: alipayPlus.clientId
    AlipayPlus__KeyVersion: alipayPlus.keyVersion
    KeyVault__Uri: vaultMarker
    KeyVault__KeyName: signingKeyName
    KeyVault__Credential: 'managedidentity'
    KeyVault__ClientId: clientIdMarker
    Operations__Authentication: operationsAuthentication
  },
  // Left out, the app stops at its start and says which setting is missing. Never the newest version by itself: Alipay+
  // may not know it.
  empty(signingKeyVersion) ? {} : { KeyVault__KeyVersion: signingKeyVersion },
  toObject(items(alipayPlus.publicKeys), key => 'AlipayPlus__PublicKeys__${key.key}', key => key.value),
  toObject(
    map(range(0, length(retryDelays)), index => { name: 'Delivery__RetryDelays__${index}', value: retryDelays[index] }),
    delay => delay.name,
    delay => delay.value
  ),
  overrides
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${namePrefix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
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
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
      appSettings: [
        for setting in items(settings): {
          name: setting.key
          value: contains(string(setting.value), '<')
            ? replace(
                replace(
                  replace(string(setting.value), clientIdMarker, identityClientId),
                  telemetryMarker,
                  applicationInsightsConnectionString
                ),
                vaultMarker,
                vaultUri
              )
            : string(setting.value)
        }
      ]
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${storageAccountName}.blob.${storageSuffix}/${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReady
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
}

// App Service authentication tells the app who calls; the app then looks for the roles Reader and Operator. The health
// report stays open, as it is with keys.
resource authentication 'Microsoft.Web/sites/config@2025-03-01' = if (operationsAuthentication == 'entra') {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/api/health']
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: operationsClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${subscription().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [operationsClientId, 'api://${operationsClientId}']
        }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Address of the app.')
output address string = 'https://${app.properties.defaultHostName}'
